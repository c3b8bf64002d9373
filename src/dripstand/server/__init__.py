"""The server wires the rooms together: settings, addresses, command line, start-up. It holds no clinical rules."""

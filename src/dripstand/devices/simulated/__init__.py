"""A simulated monitor, a simulated pump and a replay of recorded vital signs, all over a real TCP socket."""

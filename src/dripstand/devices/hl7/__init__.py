"""HL7 version 2 as bedside monitors and pumps really send it: framing, reading, deciding what may reach a chart."""

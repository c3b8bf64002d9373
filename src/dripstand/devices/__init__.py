"""The edge: bedside monitors and pumps speak here, and the simulated ones that stand in for them on the same wire."""

"""The screens of the infusion room: each parses, calls one service or query, and renders."""

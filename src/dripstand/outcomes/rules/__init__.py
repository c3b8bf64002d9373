"""How each scale is counted, by its published rule: one file a scale, and one for those that are plain sums."""

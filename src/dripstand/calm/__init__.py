"""The patient's own tablet: the calm screen with its call area, and the journal afterwards."""

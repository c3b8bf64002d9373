"""Links that let a patient, or who takes them home, in without an account: each opens exactly one thing."""

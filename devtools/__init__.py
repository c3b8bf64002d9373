"""What `dev.py` does, task by task. Standard library only: the set-up runs before anything is installed."""

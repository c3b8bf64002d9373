"""The screens of this room: the week, the day, one patient's plan, and what comes with them."""

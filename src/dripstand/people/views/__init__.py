"""The screens of people: signing in, staff, patients."""

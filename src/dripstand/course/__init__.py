"""The plan of one person's infusions: the course and its states, the bookings, and the days that they fall on."""

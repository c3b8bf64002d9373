"""The screens of outcomes: the course, the response, questionnaires, what may not wait, and texts."""

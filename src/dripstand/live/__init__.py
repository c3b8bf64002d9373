"""What open screens are told: one small publisher, and the stream that carries it to a page."""

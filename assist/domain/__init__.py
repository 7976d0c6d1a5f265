"""Pure rules and records of answering: no input or output, no clock, no vendor."""

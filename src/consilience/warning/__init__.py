"""Warning: how strong a force is, by day and scope, from sparse and conflicting reports; with what certainty, on whose word."""

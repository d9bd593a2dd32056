"""Pure rules: deciding, due moments, notices, ladders, pairing."""

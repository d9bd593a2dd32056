"""What is true: facts, cases, programmes, rules and the store."""

"""Which single questions does Sunstack answer without a scenario? One file for each."""

"""The rehearsal 演练: plays whole rounds and years on invented units through the real actions, on a set clock."""

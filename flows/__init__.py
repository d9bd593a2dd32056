"""What happens: a thin Prefect flow per stage, the round, delivery."""

return {'answer', 42}

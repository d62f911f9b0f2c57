// Growth

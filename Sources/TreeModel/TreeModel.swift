// TreeModel

/// The Newick format for trees: `((a:1,b:2)inner:0.5,'a quoted name')root;`.
///
/// Names may be bare or in single quotes (a quote inside is doubled); comments stand in square brackets;
/// every node may carry a name and a branch length. Bare underscores stay underscores, since leaf names are
/// compared with those of a CSV file.
public enum Newick {}

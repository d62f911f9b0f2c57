"""The tree of a model."""

import numpy


class Drawing:
    """A picture as SVG: notebooks show it, ``save`` writes it."""

    def __init__(self, svg):
        self.svg = svg

    def _repr_svg_(self):
        return self.svg[self.svg.index("<svg") :]

    def save(self, path):
        """Writes the SVG file."""
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.svg)


class Tree:
    """A binary tree of clusters. Nodes are numbered from the root, 0, parents before children.

    parent, left, right, depth: int arrays, an entry a node; -1 for none.
    leaves: numbers of the leaves, breadth first.
    samples: samples below each node, as training counted them last; None where nobody has counted.
    """

    def __init__(self, parent, left, right, depth, leaves, samples=None):
        self.parent, self.left, self.right, self.depth = parent, left, right, depth
        self.leaves = leaves
        self.samples = samples

    def __len__(self):
        return len(self.parent)

    def __repr__(self):
        return f"Tree({len(self)} nodes, {len(self.leaves)} leaves)"

    def children(self, node):
        """The children of a node, left before right."""
        return [int(child) for child in (self.left[node], self.right[node]) if child >= 0]

    def path(self, node):
        """The nodes from the root to a node."""
        path = [int(node)]
        while self.parent[path[0]] >= 0:
            path.insert(0, int(self.parent[path[0]]))
        return path

    def below(self, node):
        """The leaves below a node, or the node itself where it is one."""
        return [int(leaf) for leaf in self.leaves if node in self.path(leaf)]

    def text(self):
        """The tree as lines of text."""
        lines = []

        def draw(node, before, mark):
            size = "" if self.samples is None else f"  {self.samples[node]}"
            lines.append(before + mark + str(node) + size)
            below = before + ("" if not mark else "    " if mark.startswith("└") else "│   ")
            children = self.children(node)
            for child in children:
                draw(child, below, "└── " if child == children[-1] else "├── ")

        draw(0, "", "")
        return "\n".join(lines)

    def newick(self):
        """The tree as Newick, nodes named by their numbers."""

        def part(node):
            children = self.children(node)
            return (f"({','.join(map(part, children))})" if children else "") + str(node)

        return part(0) + ";"

    def linkage(self):
        """The tree as SciPy's linkage matrix [leaves - 1, 4]; its observations are the leaves, in the order of ``leaves``.

        The height of a merge is its split's place in the order of growth, 1 for the last split, as
        ``treevae-dist export`` has it: ``scipy.cluster.hierarchy.fcluster(linkage, k, "maxclust")`` undoes the last splits.
        """
        places = {int(leaf): place for place, leaf in enumerate(self.leaves)}
        sizes = [1] * len(self.leaves)
        rows = []
        # Children have the next free numbers when their parent is split.
        splits = sorted((node for node in range(len(self)) if len(self.children(node)) == 2), key=lambda n: -self.left[n])
        for height, node in enumerate(splits, start=1):
            merged = [places[self._settled(child)] for child in self.children(node)]
            places[node] = len(sizes)
            sizes.append(sum(sizes[cluster] for cluster in merged))
            rows.append([*merged, height, sizes[-1]])
        return numpy.array(rows, dtype=float).reshape(-1, 4)

    def _settled(self, node):
        """The node, or what is below it after those that pruning left a single child."""
        while len(self.children(node)) == 1:
            node = self.children(node)[0]
        return node

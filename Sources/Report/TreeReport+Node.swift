extension TreeReport {
    /// A node of the tree and the samples below it.
    public struct Node: Codable, Equatable, Sendable {
        /// Its identifier: its place among all nodes.
        public var id: Int
        /// The parent's identifier; nil for the root.
        public var parent: Int?
        /// The children's identifiers, left before right; none for a leaf.
        public var children: [Int]
        /// Edges to the root.
        public var depth: Int
        /// Samples whose most probable leaf is below it.
        public var samples: Int
        /// These samples by class; empty without labels.
        public var classCounts: [Int]
        /// Share of other trees that have its split, in [0, 1]; nil where nobody has looked.
        public var support: Double?
        /// Pictures of samples below the node; nil for other data.
        public var data: PictureSheet?
        /// Pictures that a leaf generates, or the mean of what an inner node's leaves generate; nil for other data.
        public var generated: PictureSheet?
        /// More pictures of samples of a leaf, to be shown on request; nil where they take too much room.
        public var more: NamedPictures?
        /// Where samples lie in its latents; nil where nobody has looked.
        public var plane: Plane?
        /// What the samples have more of than others do, most telling first; empty for pictures.
        public var features: [Feature] = []
        /// What tells the samples from those of the sibling, most telling first; empty for pictures and the root.
        public var contrasts: [Contrast] = []
        /// Share of the samples that have each attribute, in [0, 1]; empty without attributes.
        public var attributeShares: [Double] = []

        /// A node without pictures and features.
        public init(id: Int, parent: Int?, children: [Int], depth: Int, samples: Int, classCounts: [Int]) {
            self.id = id
            self.parent = parent
            self.children = children
            self.depth = depth
            self.samples = samples
            self.classCounts = classCounts
        }

        /// Pictures of samples, and what these are called.
        public struct NamedPictures: Codable, Equatable, Sendable {
            /// The pictures.
            public var sheet: PictureSheet
            /// Of each picture, the id of its sample.
            public var ids: [String]

            /// Named pictures.
            public init(sheet: PictureSheet, ids: [String]) {
                self.sheet = sheet
                self.ids = ids
            }
        }

        /// Some samples in the plane of the first two principal components of the node's latents.
        public struct Plane: Codable, Equatable, Sendable {
            /// Of each sample three bytes: its place along the first and the second component, from 0 to 255 over what all
            /// take, and the probability with which it reaches the node, 255 for 1.
            public var points: [UInt8]
            /// Shares of the variance that the two components have, in [0, 1].
            public var shares: [Double]

            /// A plane.
            public init(points: [UInt8], shares: [Double]) {
                self.points = points
                self.shares = shares
            }
        }

        /// A feature of which samples of a node have more than others: a word of a text.
        public struct Feature: Codable, Equatable, Sendable {
            /// Its name.
            public var name: String
            /// Mean over the node's samples.
            public var mean: Double
            /// Mean over all samples.
            public var overall: Double

            /// A feature.
            public init(name: String, mean: Double, overall: Double) {
                self.name = name
                self.mean = mean
                self.overall = overall
            }
        }

        /// A feature that tells a node's samples from those of its sibling.
        public struct Contrast: Codable, Equatable, Sendable {
            /// Its name.
            public var name: String
            /// Mean over the node's samples.
            public var mean: Double
            /// Mean over the sibling's samples.
            public var siblingMean: Double
            /// The difference of the means in pooled standard deviations (Cohen's d).
            public var difference: Double

            /// A contrast.
            public init(name: String, mean: Double, siblingMean: Double, difference: Double) {
                self.name = name
                self.mean = mean
                self.siblingMean = siblingMean
                self.difference = difference
            }
        }

        /// Whether it decides nothing, since pruning left it a single child: a place on the branch to it.
        var isOnBranch: Bool { parent != nil && children.count == 1 }

        /// Whether it has no children.
        var isLeaf: Bool { children.isEmpty }

        /// The most frequent class, the first of equals; nil without labels or samples.
        var majorityClass: Int? {
            samples == 0 ? nil : classCounts.indices.max { classCounts[$0] < classCounts[$1] }
        }

        /// That class's share of the samples, in [0, 1].
        var purity: Double? {
            majorityClass.map { Double(classCounts[$0]) / Double(samples) }
        }
    }
}

extension TreeReport {
    /// The report with what other trees say of the splits.
    ///
    /// - Parameter shares: by node, the share of them that have its split.
    public func supported(_ shares: [Int: Double]) -> TreeReport {
        var report = self
        for (node, share) in shares { report.nodes[node].support = share }
        return report
    }
}

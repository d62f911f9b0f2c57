import Drawing

extension Page {
    /// A figure of a model: its name, what it was found to be, and what it means.
    struct Figure {
        /// What the page's links call it.
        let key: String
        let name: String
        let value: String
        let meaning: String
    }

    /// Sizes, and how well the leaves agree with the classes.
    var clusteringFigures: [Figure] {
        var figures = [
            Figure(
                key: "leaves", name: "leaves", value: Wording.count(report.leaves.count),
                meaning: "Leaves of the tree: its clusters."),
            Figure(
                key: "samples", name: "samples", value: Wording.count(report.samples),
                meaning:
                    "Samples of the \(report.part). Each belongs to the leaf that it most probably reaches."),
        ]
        guard let scores = report.scores else { return figures }
        figures += [
            Figure(
                key: "dp", name: "DP", value: Wording.score(scores.dp),
                meaning:
                    "Dendrogram purity: of two samples of one class, how pure the smallest subtree is that holds both; the mean over all such pairs. 1 is best."
            ),
            Figure(
                key: "lp", name: "LP", value: Wording.score(scores.lp),
                meaning:
                    "Leaf purity: the share of samples that are of the most frequent class of their leaf. It grows with the number of leaves. 1 is best."
            ),
            Figure(
                key: "acc", name: "ACC", value: Wording.score(scores.acc),
                meaning:
                    "Accuracy: the share of samples whose leaf stands for their class, each leaf standing for one class at most, in the best way to match them. 1 is best."
            ),
            Figure(
                key: "nmi", name: "NMI", value: Wording.score(scores.nmi),
                meaning:
                    "Normalised mutual information of leaves and classes: 0 where one tells nothing of the other, 1 where it tells all."
            ),
            Figure(
                key: "ari", name: "ARI", value: Wording.score(scores.ari),
                meaning:
                    "Adjusted Rand index: how often leaves and classes agree on whether two samples belong together, beyond chance. 0 is chance, 1 is best."
            ),
        ]
        return figures
    }

    /// How well the model describes the samples: as `eval` prints it.
    var likelihoodFigures: [Figure] {
        guard let bound = report.bound else { return [] }
        var figures = [
            Figure(
                key: "elbo", name: "ELBO", value: Wording.nats(bound.elbo),
                meaning:
                    "Evidence lower bound on the log-likelihood of a sample, in nats: minus the reconstruction loss and the three divergences. Higher is better."
            ),
            Figure(
                key: "rec", name: "reconstruction", value: Wording.nats(bound.reconstruction),
                meaning:
                    "Reconstruction loss: minus the log-likelihood of a sample given its latents, in nats, weighted over the leaves by how probably it reaches them. Lower is better."
            ),
            Figure(
                key: "kl-root", name: "KL root", value: Wording.nats(bound.klRoot),
                meaning:
                    "Divergence of the root's latents from their prior, in nats: what the root knows of a sample."
            ),
            Figure(
                key: "kl-nodes", name: "KL nodes", value: Wording.nats(bound.klNodes),
                meaning:
                    "Divergences of the other nodes' latents from their priors, in nats, summed along the paths."
            ),
            Figure(
                key: "kl-decisions", name: "KL decisions", value: Wording.nats(bound.klDecisions),
                meaning:
                    "Divergences of the decisions from what the generative routers expect, in nats, summed along the paths."
            ),
        ]
        guard let likelihood = bound.likelihood else { return figures }
        let draws = Wording.count(likelihood.draws, "draw", "draws")
        figures += [
            Figure(
                key: "ll-paper", name: "LL, as published", value: Wording.nats(likelihood.published),
                meaning:
                    "Log-likelihood of a sample in nats, estimated as in the paper's Table 2 from \(draws) of its latents. Higher is better."
            ),
            Figure(
                key: "ll", name: "LL, bound", value: Wording.nats(likelihood.bound),
                meaning:
                    "Log-likelihood of a sample in nats, an importance-weighted lower bound from \(draws) of its latents. Higher is better."
            ),
        ]
        return figures
    }
}

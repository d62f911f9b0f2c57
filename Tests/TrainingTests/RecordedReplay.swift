import RunLog
import Testing

/// A whole training as an independent implementation replayed it in double precision: the authors' published modules,
/// with the optimisers, schedules and growth rules of one of their two forms. The samples are the first of *strokes*.
struct RecordedReplay: Sendable, CustomTestStringConvertible {
    /// The published tables' TensorFlow form, or the PyTorch form.
    let name: String
    let overrides: [String]
    let epochs: [Epoch]
    let growth: [GrowthRecord]
    /// L2 norms of some tensors of the finished model, by their path in its file.
    let norms: [String: Double]

    var testDescription: String { name }

    /// One epoch: means over its samples.
    struct Epoch: Sendable {
        let phase: String
        let epoch, growthStep: Int
        let alpha, learningRate, loss, reconstruction, klRoot, klNodes, klDecisions: Double

        init(
            _ phase: String, _ epoch: Int, _ growthStep: Int, _ alpha: Double, _ learningRate: Double,
            _ loss: Double,
            _ reconstruction: Double, _ klRoot: Double, _ klNodes: Double, _ klDecisions: Double
        ) {
            self.phase = phase
            self.epoch = epoch
            self.growthStep = growthStep
            self.alpha = alpha
            self.learningRate = learningRate
            self.loss = loss
            self.reconstruction = reconstruction
            self.klRoot = klRoot
            self.klNodes = klNodes
            self.klDecisions = klDecisions
        }
    }
}

extension RecordedReplay {
    /// What both forms have in common.
    private static let common = [
        "precision=double", "model.latent=[5,4,3,6]", "model.layers=[128,24,20,16]",
        "training.batch_size=64", "seed=42", "growth.max_leaves=4", "growth.max_depth=3",
        "growth.minimum_samples=20", "growth.intermediate_every=1", "checkpoint.keep=1000",
        "optimizer.learning_rate=0.003", "schedule.kl_start=0.02", "schedule.kl_increment=0.1",
        "schedule.kl_increment_finetune=0.4", "growth.prune_share=0.12", "training.epochs.initial=8",
        "training.epochs.subtree=4", "training.epochs.intermediate=2", "training.epochs.finetune=4",
        "model.batch_norm.momentum=0.9", "schedule.drop_every.initial=3",
        "schedule.drop_every.subtree=3", "schedule.drop_every.intermediate=3",
        "schedule.drop_every.finetune=3",
    ]

    /// The PyTorch form of both training and growth.
    static let pytorch = RecordedReplay(
        name: "the PyTorch form",
        overrides: common + [
            "data.limit=300", "model.initialization=fan_in", "model.batch_norm.epsilon=1e-5",
            "optimizer.epsilon=1e-8", "optimizer.bias_correction=torch", "optimizer.weight_decay=1e-3",
            "optimizer.time_decay=0", "training.drop_last=true", "schedule.drop_offset=0",
            "schedule.kl_lag=0", "growth.fixed_subset_latents=false",
            "growth.weighted_reconstruction=true",
        ],
        epochs: [
            Epoch(
                "initial", 0, 0, 0.02, 0.003, 574.0364001619331, 574.0073890915453, 0.8722299573382726,
                0.5591319112258054, 0.019191650824997568),
            Epoch(
                "initial", 1, 0, 0.12000000000000001, 0.003, 530.0736684006077, 529.8937127292257,
                0.8995628026715942, 0.5805426132121074, 0.019525178966647384),
            Epoch(
                "initial", 2, 0, 0.22, 0.003, 497.15796386111236, 496.83152858535266, 0.8342091067732608,
                0.6309525137684756, 0.01863508745689106),
            Epoch(
                "initial", 3, 0, 0.32000000000000006, 0.00030000000000000003, 477.5939404863201,
                477.11851516720253, 0.8056178882034326, 0.6555723943984539, 0.024513839640415556),
            Epoch(
                "initial", 4, 0, 0.42000000000000004, 0.00030000000000000003, 473.8216829803553,
                473.2004859288857, 0.8079214615183292, 0.6453531376933431, 0.025765999525506737),
            Epoch(
                "initial", 5, 0, 0.52, 0.00030000000000000003, 471.6933139165413, 470.91344526078274,
                0.8056016244358024, 0.6659735019930056, 0.028172288491500715),
            Epoch(
                "initial", 6, 0, 0.6200000000000001, 3.0000000000000008e-05, 469.16213807940767,
                468.2240194383248, 0.8105019681402703, 0.6737428727354002, 0.02884974151611651),
            Epoch(
                "initial", 7, 0, 0.7200000000000001, 3.0000000000000008e-05, 468.81410600307885,
                467.7260384886846, 0.8124940628584747, 0.6718766555094042, 0.0268341627352431),
            Epoch(
                "subtree", 0, 0, 0.02, 0.003, 361.7009890684112, 361.6924278191267, 0, 0.40388333989218533,
                0.024179124333844424),
            Epoch(
                "subtree", 1, 0, 0.12000000000000001, 0.003, 335.28713197287163, 335.2347995397995, 0,
                0.4088112790349144, 0.02729232989962066),
            Epoch(
                "subtree", 2, 0, 0.22, 0.003, 316.1331357824238, 316.03503558458715, 0, 0.4093158000319349,
                0.03659419013450085),
            Epoch(
                "subtree", 3, 0, 0.32000000000000006, 0.00030000000000000003, 304.09078312974384,
                303.9457460914207, 0, 0.4145624026105803, 0.03867834214934039),
            Epoch(
                "intermediate", 0, 1, 0.02, 0.003, 499.6407230097406, 499.5989936946788, 0.8162796702471359,
                1.1829428143681766, 0.08724326847528531),
            Epoch(
                "intermediate", 1, 1, 0.12000000000000001, 0.003, 456.6699886696531, 456.3737097740917,
                1.034567039218123, 1.3100826824759502, 0.12434107465081763),
            Epoch(
                "subtree", 0, 1, 0.02, 0.003, 333.39284315545916, 333.3821588284278, 0, 0.5011895761097032,
                0.03302677545698046),
            Epoch(
                "subtree", 1, 1, 0.12000000000000001, 0.003, 316.0663150130609, 316.0005984613223, 0,
                0.5173835822369983, 0.030254348918172955),
            Epoch(
                "subtree", 2, 1, 0.22, 0.003, 302.63941753355977, 302.49577388603984, 0, 0.6214013614726952,
                0.0315243090724749),
            Epoch(
                "subtree", 3, 1, 0.32000000000000006, 0.00030000000000000003, 284.0885018832332,
                283.8658712205996, 0, 0.6657666390974898, 0.0299541816325914),
            Epoch(
                "finetune", 0, 2, 0.02, 0.003, 419.54435564281385, 419.46656265143406, 1.2735742523110725,
                2.468084162999967, 0.14799115367938978),
            Epoch(
                "finetune", 1, 2, 0.42000000000000004, 0.003, 362.23917076431155, 360.0051037963943,
                1.6080947703973312, 3.5325399941638413, 0.17857230190848633),
            Epoch(
                "finetune", 2, 2, 0.8200000000000001, 0.003, 322.7977586143143, 317.64403482461597,
                1.9355806546324372, 4.197509692664918, 0.151938664529865),
            Epoch(
                "finetune", 3, 2, 1, 0.00030000000000000003, 296.9641977357039, 290.5691146505464,
                2.0017244375306777, 4.23747601148399, 0.15588263614287068),
        ],
        growth: [
            GrowthRecord(kind: .split, leaf: 1, samples: 262, epochs: 8),
            GrowthRecord(kind: .split, leaf: 4, samples: 172, epochs: 14),
            GrowthRecord(kind: .prune, leaf: 3, samples: 3, epochs: 18),
        ],
        norms: [
            "bottom_up/layer_1/batch_norm/running_mean": 1.7436681274779235,
            "encoder/layer_1/batch_norm/running_mean": 0.24876096346538004,
            "tree/node_000/dense/mu/bias": 0.18485662314342785,
            "tree/node_000/inference_router/dense_1/batch_norm/running_mean": 0.5160793441213208,
            "tree/node_000/node_001/node_003/dense/mu/bias": 0.18196899114001777,
            "tree/node_000/node_001/node_003/inference_router/dense_1/batch_norm/running_mean":
                0.6809773942417823,
            "tree/node_000/node_001/node_003/node_004/decoder/layer_1/linear/weight": 9.807157123314708,
            "tree/node_000/node_001/node_003/node_004/dense/sigma/weight": 1.4080032899776094,
            "tree/node_000/node_001/node_003/node_005/decoder/layer_2/batch_norm/running_mean":
                0.6573307859137316,
            "tree/node_000/node_001/node_003/node_005/transformation/batch_norm/running_mean":
                0.2946395092643877,
            "tree/node_000/node_001/node_003/transformation/mu/weight": 1.3376045745654366,
            "tree/node_000/node_002/decoder/layer_1/batch_norm/shift": 1.0501792297291357,
            "tree/node_000/node_002/dense/sigma/bias": 0.31619168225814187,
        ])

    /// The TensorFlow form of both training and growth.
    static let tensorFlow = RecordedReplay(
        name: "the TensorFlow form",
        overrides: common + [
            "data.limit=321", "optimizer.time_decay=0.01",
        ],
        epochs: [
            Epoch(
                "initial", 0, 0, 0.02, 0.002857142857142857, 549.5153528285957, 549.434838968032,
                2.36013910840398, 1.5597868105055481, 0.10576710927968322),
            Epoch(
                "initial", 1, 0, 0.02, 0.0027027027027027024, 500.45093319229926, 500.3727302821888,
                2.2617984547656533, 1.512531987803716, 0.13581506295257043),
            Epoch(
                "initial", 2, 0, 0.12000000000000001, 0.00025641025641025646, 469.2138292508426,
                468.7441354876902, 2.198275424974401, 1.5203093821997418, 0.1955298857623783),
            Epoch(
                "initial", 3, 0, 0.22, 0.00024390243902439027, 464.8565962159469, 464.0074010777847,
                2.175037797789544, 1.4760068144842677, 0.20893328846342213),
            Epoch(
                "initial", 4, 0, 0.32000000000000006, 0.00023255813953488373, 460.7987564393492,
                459.5645153640769, 2.158648930624722, 1.4902689844195014, 0.20808544518171704),
            Epoch(
                "initial", 5, 0, 0.42000000000000004, 2.2222222222222227e-05, 457.33087157000926,
                455.70413785990655, 2.175965200782023, 1.4851095035236224, 0.21210079593893844),
            Epoch(
                "initial", 6, 0, 0.52, 2.1276595744680856e-05, 457.1924731009156, 455.19225439090565,
                2.1729568813058684, 1.4578053689701977, 0.21581219205078736),
            Epoch(
                "initial", 7, 0, 0.6200000000000001, 2.040816326530613e-05, 457.0786341149646,
                454.66530508708297, 2.1481352350132705, 1.515756322506281, 0.22857461648303593),
            Epoch(
                "subtree", 0, 0, 0.02, 0.0029411764705882353, 564.1402876542684, 564.1090817027176, 0,
                1.4354750857494214, 0.12482249179069493),
            Epoch(
                "subtree", 1, 0, 0.02, 0.002857142857142857, 536.6153196777063, 536.58436794618, 0,
                1.4575094026991497, 0.09007717361552331),
            Epoch(
                "subtree", 2, 0, 0.12000000000000001, 0.0002777777777777778, 520.6360902303836,
                520.4455986608228, 0, 1.4961575141896362, 0.09127223214987541),
            Epoch(
                "subtree", 3, 0, 0.22, 0.0002702702702702703, 518.9195560748941, 518.5678942533665, 0,
                1.5094582643451018, 0.08900456078056554),
            Epoch(
                "intermediate", 0, 1, 0.02, 0.002857142857142857, 476.9314968973949, 476.8258853450543,
                2.363091375622017, 2.6493521396681, 0.2681341017373231),
            Epoch(
                "intermediate", 1, 1, 0.02, 0.0027027027027027024, 412.34072859678616, 412.218566235653,
                2.759952072144725, 3.060461110160726, 0.2877048743532842),
            Epoch(
                "subtree", 0, 1, 0.02, 0.0029702970297029703, 520.1695927277206, 520.094178434219, 0,
                3.611113265731542, 0.15960140934582534),
            Epoch(
                "subtree", 1, 1, 0.02, 0.002912621359223301, 498.4655066056135, 498.39876227455034, 0,
                3.2520927407855806, 0.0851238123725947),
            Epoch(
                "subtree", 2, 1, 0.12000000000000001, 0.00028571428571428574, 484.91502160852286,
                484.5161636279567, 0, 3.2557724155261782, 0.06804408919196103),
            Epoch(
                "subtree", 3, 1, 0.22, 0.00028037383177570094, 482.80210577412214, 482.06286640777574, 0,
                3.2864317217943406, 0.07374721614371146),
            Epoch(
                "finetune", 0, 2, 0.02, 0.003, 396.4644573168382, 396.3010973067512, 3.0872414088426776,
                4.783108390788643, 0.2976507047189482),
            Epoch(
                "finetune", 1, 2, 0.02, 0.003, 326.53675749519107, 326.3506871387759, 3.516680694417683,
                5.492229491316579, 0.29460763502184156),
            Epoch(
                "finetune", 2, 2, 0.42000000000000004, 0.00030000000000000003, 287.41258868880897,
                283.20116911585666, 3.7948213917422193, 5.962915319275493, 0.2694527483925316),
            Epoch(
                "finetune", 3, 2, 0.8200000000000001, 0.00030000000000000003, 287.03495696424875,
                278.81741590577127, 3.7491949779744584, 5.963640810523914, 0.30855574623023585),
        ],
        growth: [
            GrowthRecord(kind: .split, leaf: 2, samples: 214, epochs: 8),
            GrowthRecord(kind: .split, leaf: 1, samples: 182, epochs: 14),
            GrowthRecord(kind: .prune, leaf: 3, samples: 4, epochs: 18),
        ],
        norms: [
            "bottom_up/layer_1/batch_norm/running_mean": 2.875510546539399,
            "encoder/layer_1/batch_norm/running_mean": 0.19434787184639207,
            "tree/node_000/dense/mu/bias": 0.225132886469263,
            "tree/node_000/inference_router/dense_1/batch_norm/running_mean": 0.5780830840400505,
            "tree/node_000/node_001/generative_router/dense_1/batch_norm/running_mean": 0.4664491430380104,
            "tree/node_000/node_001/inference_router/dense_1/linear/weight": 4.606667430133107,
            "tree/node_000/node_001/node_004/decoder/layer_2/batch_norm/shift": 0.12889684963338524,
            "tree/node_000/node_001/node_004/transformation/batch_norm/shift": 0.10635085136251188,
            "tree/node_000/node_001/node_005/decoder/layer_2/convolution/weight": 4.812776020865392,
            "tree/node_000/node_001/node_005/transformation/linear/weight": 2.296030444605447,
            "tree/node_000/node_002/dense/mu/weight": 2.5606106841776297,
            "tree/node_000/node_002/node_003/decoder/layer_3/batch_norm/scale": 3.010016612487665,
            "tree/node_000/node_002/node_003/transformation/sigma/bias": 0.10209203617805838,
        ])
}

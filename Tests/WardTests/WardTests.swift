import ClusterMetrics
import Collectives
import Foundation
import TestSupport
import Testing
import ThreadRanks

@testable import Ward

@Suite struct WardTests {
    private func cluster(_ numbers: [Double], dimensions: Int, ranks: Int = 1) throws -> Dendrogram {
        let results = try ThreadCommunicator.run(ranks: ranks) { communicator in
            try WardClustering.cluster(
                Points(numbers, dimensions: dimensions), communicator: communicator)
        }
        for result in results { #expect(result == results[0]) }
        return results[0]
    }

    /// Greedy merges with the formula of Lance and Williams on a full matrix of distances.
    private func greedy(_ numbers: [Double], dimensions: Int) -> [Dendrogram.Merge] {
        let count = numbers.count / dimensions
        var squares: [Int: [Int: Double]] = [:]
        for a in 0..<count {
            squares[a] = [:]
            for b in 0..<count where b != a {
                squares[a]![b] = (0..<dimensions).reduce(0) {
                    let difference = numbers[a * dimensions + $1] - numbers[b * dimensions + $1]
                    return $0 + difference * difference
                }
            }
        }
        var sizes = Dictionary(uniqueKeysWithValues: (0..<count).map { ($0, 1) })
        var merges: [Dendrogram.Merge] = []
        for step in 0..<count - 1 {
            let alive = sizes.keys.sorted()
            var best = (first: 0, second: 0, square: Double.infinity)
            for a in alive {
                for b in alive where b > a && squares[a]![b]! < best.square { best = (a, b, squares[a]![b]!) }
            }
            let (a, b, new) = (best.first, best.second, count + step)
            let (na, nb) = (Double(sizes[a]!), Double(sizes[b]!))
            squares[new] = [:]
            for k in alive where k != a && k != b {
                let nk = Double(sizes[k]!)
                let square =
                    ((na + nk) * squares[a]![k]! + (nb + nk) * squares[b]![k]! - nk * best.square)
                    / (na + nb + nk)
                (squares[new]![k], squares[k]![new]) = (square, square)
            }
            sizes[new] = Int(na + nb)
            (sizes[a], sizes[b]) = (nil, nil)
            merges.append(
                Dendrogram.Merge(
                    first: a, second: b, height: best.square.squareRoot(), size: Int(na + nb)))
        }
        return merges
    }

    private func expectSame(_ found: [Dendrogram.Merge], _ wanted: [Dendrogram.Merge]) {
        #expect(found.map(\.first) == wanted.map(\.first))
        #expect(found.map(\.second) == wanted.map(\.second))
        #expect(found.map(\.size) == wanted.map(\.size))
        for (found, wanted) in zip(found, wanted) {
            #expect(abs(found.height - wanted.height) <= 1e-10 * wanted.height)
        }
    }

    @Test func fivePointsOnALine() throws {
        let points: [Double] = [0, 1, 3, 7, 12]
        let merges = try cluster(points, dimensions: 1).merges
        #expect(
            merges.map { [$0.first, $0.second, $0.size] } == [[0, 1, 2], [2, 5, 3], [3, 4, 2], [6, 7, 5]])
        for (merge, height) in zip(merges, [1, 2.886_751_35, 5, 12.651_745_6]) {
            #expect(abs(merge.height - height) < 1e-7)
        }
        #expect(abs(merges.reduce(0) { $0 + $1.height * $1.height / 2 } - 97.2) < 1e-12)
    }

    @Test func aTieInThePlane() throws {
        let dendrogram = try cluster([0, 0, 2, 0, 0, 1, 5, 4, 6, 4], dimensions: 2)
        let merges = dendrogram.merges
        #expect(merges.map { [$0.first, $0.second] } == [[0, 2], [3, 4], [1, 5], [6, 7]])
        #expect(abs(merges[2].height - 2.380_476_14) < 1e-7)
        #expect(abs(merges[3].height - 9.398_581_45) < 1e-7)
        #expect(dendrogram.cut(into: 3) == [0, 1, 0, 2, 2])
        #expect(dendrogram.cut(into: 1) == [0, 0, 0, 0, 0])
        #expect(dendrogram.cut(into: 5) == [0, 1, 2, 3, 4])
        #expect(
            dendrogram.newick { "p\($0)" }.hasPrefix("((p3:1.0,p4:1.0):8.39858")
                || dendrogram.newick { "p\($0)" }.hasPrefix("((p1:2.38"))
        #expect(try Newick.parse(dendrogram.newick { "p\($0)" }).leaves.count == 5)
    }

    /// More than a tile of points; near the origin, far from it, and much closer to each other than to it.
    @Test(arguments: [(0.0, 1.0, 300, 3), (1e4, 1, 260, 5), (-3, 1e-9, 260, 2), (0, 1e12, 260, 17)])
    func mergesAreThoseOfGreedy(centre: Double, spread: Double, count: Int, dimensions: Int) throws {
        let numbers = (0..<count * dimensions).map { centre + spread * number($0, key: dimensions) }
        expectSame(
            try cluster(numbers, dimensions: dimensions).merges, greedy(numbers, dimensions: dimensions))
    }

    @Test func outliersHideNothing() throws {
        // One point so far away that in single precision the others are one.
        let numbers = [1e9, 1e9] + (0..<400).map { number($0) }
        expectSame(try cluster(numbers, dimensions: 2).merges, greedy(numbers, dimensions: 2))
    }

    @Test func equalPointsMergeAtZero() throws {
        let numbers = (0..<600).map { Double($0 / 2 % 10) * 0.1 }
        let merges = try cluster(numbers, dimensions: 2).merges
        #expect(merges.count == 299)
        #expect(merges.prefix(290).allSatisfy { $0.height == 0 })
        #expect(merges.dropFirst(290).allSatisfy { $0.height > 0 })
    }

    @Test func everyTieComesToAnEnd() throws {
        // A grid: most distances occur many times.
        let numbers = (0..<400).flatMap { [Double($0 % 20), Double($0 / 20)] }
        let merges = try cluster(numbers, dimensions: 2).merges
        let sum = merges.reduce(0) { $0 + $1.height * $1.height / 2 }
        // The sum of squares about the mean is 2 · 20 · Σ (i − 9.5)².
        #expect(abs(sum - 26_600) < 1e-6)
        #expect(zip(merges, merges.dropFirst()).allSatisfy { $0.height <= $1.height })
        // Growing gaps: only one pair at a time is mutual.
        let gaps = (0..<200).map { pow(1.05, Double($0)) }
        expectSame(try cluster(gaps, dimensions: 1).merges, greedy(gaps, dimensions: 1))
    }

    @Test(arguments: [2, 3, 5])
    func ranksFindTheSame(ranks: Int) throws {
        let numbers = (0..<1500).map { number($0, key: 9) }
        #expect(
            try cluster(numbers, dimensions: 3, ranks: ranks) == cluster(numbers, dimensions: 3))
    }

    @Test func cutsAreScoredAsTrees() throws {
        // Two pairs of clouds; the four clouds are two classes each in two places.
        let centres = [0.0, 1, 10, 11]
        let numbers = (0..<40).map { centres[$0 / 10] + 0.01 * number($0) }
        let labels = (0..<40).map { Int32($0 / 10 % 2) }
        let dendrogram = try cluster(numbers, dimensions: 1)
        let four = dendrogram.scores(clusters: 4, labels: labels, classes: 2)
        #expect(four.lp == 1 && four.acc == 0.5)
        // Pairs within a cloud are pure, all others meet in the root, where half is of their class.
        #expect(abs(four.dp - (180 + 0.5 * 200) / 380) < 1e-12)
        let two = dendrogram.scores(clusters: 2, labels: labels, classes: 2)
        #expect(two.lp == 0.5 && two.nmi == 0)
        #expect(dendrogram.scores(clusters: 40, labels: labels, classes: 2).lp == 1)
        #expect(dendrogram.scores(clusters: 1, labels: labels, classes: 2).lp == 0.5)
    }

    @Test func onePointIsATree() throws {
        let dendrogram = try cluster([3, 4], dimensions: 2)
        #expect(dendrogram.merges.isEmpty && dendrogram.cut(into: 1) == [0])
        #expect(dendrogram.newick { _ in "a" } == "a;")
    }

    @Test(.needs(.python("scipy")))
    func scipyFindsTheSame() throws {
        try withTemporaryDirectory { directory in
            let numbers = (0..<20_000).map { number($0, key: 4) }
            let dendrogram = try cluster(numbers, dimensions: 20)
            try write(numbers.map { "\($0)\n" }.joined().utf8, to: directory + "/points.txt")
            let file = DendrogramFile(
                dendrogram, of: Pictures.images(1000, key: 1, labelled: true, floats: false), cuts: [10])
            try file.write(to: directory + "/linkage.npy", as: .npy)
            try file.write(to: directory + "/linkage.h5", as: .h5)
            try file.write(to: directory + "/flat.csv", as: .csv)
            _ = try PythonDocument.run(
                """
                import csv, h5py, numpy
                from scipy.cluster import hierarchy
                from sklearn.metrics import adjusted_rand_score
                points = numpy.loadtxt("points.txt").reshape(1000, 20)
                found, wanted = numpy.load("linkage.npy"), hierarchy.linkage(points, "ward")
                assert hierarchy.is_valid_linkage(found, throw=True)
                assert (found[:, [0, 1, 3]] == wanted[:, [0, 1, 3]]).all()
                assert numpy.abs(found[:, 2] / wanted[:, 2] - 1).max() < 1e-10
                with h5py.File("linkage.h5") as file:
                    assert (file["linkage"][:] == found).all() and len(file["sample"]) == 1000
                    cut = file["cluster_10"][:]
                assert adjusted_rand_score(cut, hierarchy.fcluster(wanted, 10, "maxclust")) == 1
                rows = list(csv.DictReader(open("flat.csv")))
                assert [int(row["cluster_10"]) for row in rows] == list(cut)
                """, in: directory)
        }
    }
}

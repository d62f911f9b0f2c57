/// What the numbers of a column are like, taken one after the other; NaN where one is missing.
struct ColumnStatistics {
    /// Numbers that are there.
    private(set) var count = 0
    private(set) var mean = 0.0
    /// Sum of squared differences from the mean (Welford 1962).
    private var squares = 0.0
    private var last: Double?
    /// Numbers that differ from the one before; those of them that do not any more as 32-bit floats.
    private var differing = 0
    private var collapsed = 0
    /// Whether all are whole and each is above the one before.
    private(set) var isAscendingWhole = true
    private var isStepping = true
    /// Whether all are whole.
    private(set) var isWhole = true
    /// The smallest and the largest.
    private(set) var least = Double.infinity
    private(set) var most = -Double.infinity
    private var first = 0.0

    /// Standard deviation of all.
    var deviation: Double { count > 0 ? (squares / Double(count)).squareRoot() : 0 }
    /// Whether they are 0, 1, 2 … or 1, 2, 3 …
    var isCounting: Bool { isAscendingWhole && isStepping && count > 1 && (first == 0 || first == 1) }

    /// Whether all are 0 or 1, and both are there.
    var isBinary: Bool { isWhole && least == 0 && most == 1 }

    /// Takes the next.
    mutating func add(_ value: Double) {
        guard value.isFinite else {
            isAscendingWhole = false
            return
        }
        count += 1
        let difference = value - mean
        mean += difference / Double(count)
        squares += difference * (value - mean)
        least = min(least, value)
        most = max(most, value)
        if value != value.rounded() { (isAscendingWhole, isWhole) = (false, false) }
        if let last {
            if value <= last { isAscendingWhole = false }
            if value != last + 1 { isStepping = false }
            if value != last {
                differing += 1
                if Float(value) == Float(last) { collapsed += 1 }
            }
        } else {
            first = value
        }
        last = value
    }

    /// A warning where different numbers are stored as the same.
    func precisionNotice(of name: String) -> String? {
        guard collapsed > 0, 10 * collapsed >= differing else { return nil }
        return
            "warning: column '\(name)': \(collapsed) of \(differing) differences between rows are lost in 32 bits, with "
            + "which values are stored: subtract a constant first, or leave the column out with --drop"
    }
}

/// Grey values in the columns of a table, a pixel each.
struct GreyTable {
    /// The largest value, which is white or black.
    let full: Double
    private let reaching: Int
    private let columns: Int

    /// Nil where the columns are something else: not whole numbers from 0 on, few, or without a common largest value, which
    /// grey values reach in many places and counts in one or two.
    init?(_ columns: [ColumnStatistics]) {
        let full = columns.map(\.most).max() ?? 0
        reaching = columns.count { $0.most == full }
        self.full = full
        self.columns = columns.count
        guard columns.count >= 16, full > 1, 4 * reaching >= columns.count,
            columns.allSatisfy({ $0.isWhole && $0.least >= 0 }), columns.contains(where: { $0.least == 0 })
        else { return nil }
    }

    /// What the user should know.
    var notice: String {
        "note: whole numbers from 0 to \(Int(full)), which \(reaching) of \(columns) columns reach, are taken as grey values "
            + "and divided by \(Int(full)) when they are read; --scale 1 leaves them as they are"
    }
}

/// How the spreads of a table's columns compare.
struct ColumnSpread {
    private let least: (name: String, column: ColumnStatistics)
    private let most: (name: String, column: ColumnStatistics)
    private let areWhole: Bool

    /// Nil where no two columns have a spread.
    init?(_ columns: [(name: String, column: ColumnStatistics)]) {
        let spread = columns.filter { $0.column.deviation > 0 }.sorted {
            $0.column.deviation < $1.column.deviation
        }
        guard let least = spread.first, let most = spread.last, spread.count > 1 else { return nil }
        self.least = least
        self.most = most
        areWhole = columns.allSatisfy { $0.column.isWhole && $0.column.least >= 0 }
    }

    private var isHundredfold: Bool { most.column.deviation >= 100 * least.column.deviation }

    /// Whether columns are standardised where nothing is said: their spreads differ a hundredfold, enough rows say so,
    /// and they are neither counts nor grey values.
    var isUneven: Bool { isHundredfold && !areWhole && most.column.count >= 20 }

    /// What the user should know.
    func notices(isStandardised: Bool) -> [String] {
        guard isHundredfold else { return [] }
        let spreads =
            "the standard deviations of the columns go from \(Float(least.column.deviation)) ('\(least.name)') to "
            + "\(Float(most.column.deviation)) ('\(most.name)')"
        return isStandardised
            ? ["note: \(spreads), so all are standardised; --no-standardise leaves them as they are"]
            : [
                "warning: \(spreads): the model will see the latter and hardly the former; bring them to one scale with "
                    + "--standardise"
            ]
    }
}

import Drawing

/// A small drawing of the tree at one step of its growth.
struct GrowthDrawing {
    let step: GrowthStep

    var svg: String {
        let layout = TreeLayout(children: step.children)
        let (width, height) = (132.0, 84.0)
        let rows = Double(max(1, layout.leaves.count))
        func x(_ node: Int) -> Double {
            8 + (width - 16) * Double(layout.depths[node]) / Double(max(1, layout.depth))
        }
        func y(_ node: Int) -> Double { height * (layout.rows[node] + 0.5) / rows }
        let new = Set(step.new)
        var old = ""
        var fresh = ""
        var dots = ""
        for (node, children) in step.children.enumerated() {
            for child in children {
                let middle = Markup.number((x(node) + x(child)) / 2)
                let line =
                    "M\(Markup.number(x(node))) \(Markup.number(y(node)))C\(middle) \(Markup.number(y(node))) "
                    + "\(middle) \(Markup.number(y(child))) \(Markup.number(x(child))) \(Markup.number(y(child)))"
                if new.contains(child) { fresh += line } else { old += line }
            }
            // A single child that pruning left is the end of one branch with its parent's.
            if node > 0, children.count == 1 { continue }
            let radius = max(1.2, min(3.2, height / rows / 3))
            dots += Markup.element(
                "circle",
                ["cx": x(node), "cy": y(node), "r": radius, "class": new.contains(node) ? "new" : nil])
        }
        return Markup.element(
            "svg", ["class": "growth-drawing", "viewBox": "0 0 132 84", "role": "img", "aria-label": "tree"],
            Markup.element("path", ["d": old, "class": "branch"]),
            Markup.element("path", ["d": fresh, "class": "branch new"]), dots)
    }
}

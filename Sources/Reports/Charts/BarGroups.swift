/// Bars in groups of one per series, all on one scale, as tables that stand side by side where there is room.
struct BarGroups {
  struct Group {
    var heading: String
    /// Below the heading, small; empty for none.
    var note = ""
    /// One per series; nil is a dash.
    var values: [Double?]
  }

  var series: [ComparisonSeries]
  var groups: [Group]
  /// The length of a full bar.
  var greatest: Double
  var text: (Double?) -> String

  var html: String {
    let cards = groups.map { group -> String in
      let note = group.note.isEmpty ? "" : " <span>\(HTMLText.escaped(group.note))</span>"
      let rows = zip(series, group.values).map { series, value -> String in
        let share = greatest > 0 ? max(0, value ?? 0) / greatest : 0
        return HTMLTable.row(
          series.shortLabel, [HTMLText.barCell(share, kind: series.kind), HTMLText.numberCell(text(value))])
      }
      return
        "<table><caption>\(HTMLText.escaped(group.heading))\(note)</caption><tbody>\(rows.joined())</tbody></table>"
    }
    return "<div class=\"groups\">\(cards.joined())</div>"
  }
}

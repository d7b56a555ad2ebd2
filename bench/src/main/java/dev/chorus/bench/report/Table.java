package dev.chorus.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The one table of a run, in columns for a terminal. */
public final class Table {
  private static final List<String> HEAD = List.of("benchmark", "figure", "value", "unit", "reference", "ratio", "goal", "met");
  private static final List<Integer> RIGHT = List.of(2, 4, 5);

  private Table() {}

  /** The figures as text, one line each. */
  public static String of(List<Figure> figures) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEAD);
    for (Figure figure : figures)
      rows.add(row(figure));
    int[] widths = new int[HEAD.size()];
    for (List<String> row : rows)
      for (int i = 0; i < widths.length; i++)
        widths[i] = Math.max(widths[i], row.get(i).length());
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows)
      line(text, row, widths);
    return text.toString();
  }

  /** A number with as many digits as it deserves: whole from 100 up, a dash if it is none. */
  static String number(double value) {
    if (Double.isNaN(value))
      return "–";
    double size = Math.abs(value);
    String format = (size == Math.rint(size) && size < 1e15) || size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }

  private static List<String> row(Figure figure) {
    String met = figure.goal() instanceof Goal.None ? "" : figure.met() ? "yes" : "NO";
    return List.of(figure.benchmark(), figure.what(), number(figure.value()), figure.unit(), number(figure.reference()),
        number(figure.ratio()), figure.goal().text(), met);
  }

  private static void line(StringBuilder text, List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String blanks = " ".repeat(widths[i] - row.get(i).length());
      line.append(RIGHT.contains(i) ? blanks + row.get(i) : row.get(i) + blanks).append("  ");
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }
}

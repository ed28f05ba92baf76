using System.Text;

namespace Hazchem.Benchmarks;

/// <summary>Collects a page of documentation.</summary>
internal sealed class MarkdownPage
{
    private readonly StringBuilder _text = new();

    public void Heading(int level, string title) => Paragraph($"{new string('#', level)} {title}");

    public void Paragraph(string text) => _text.Append(text).Append("\n\n");

    public void Items(IEnumerable<string> items)
    {
        foreach (var item in items)
        {
            _text.Append("- ").Append(item).Append('\n');
        }

        _text.Append('\n');
    }

    public void Table(IReadOnlyList<string> heads, IEnumerable<IReadOnlyList<string>> rows)
    {
        Row(heads);
        Row([.. heads.Select((_, column) => column == 0 ? "---" : "---:")]);
        foreach (var row in rows)
        {
            Row(row);
        }

        _text.Append('\n');
    }

    public void Append(MarkdownPage other) => _text.Append(other._text);

    public override string ToString() => _text.ToString().TrimEnd() + "\n";

    private void Row(IEnumerable<string> cells) => _text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}

using Hazchem.LocalHost.Hosting;
using Spectre.Console;

namespace Hazchem.LocalHost;

/// <summary>Shows what happens as it happens, a line an event.</summary>
internal sealed class Screen(IAnsiConsole console)
{
    private const int WidthWithoutTerminal = 240;

    private readonly Lock gate = new();

    public static Screen OnStandardOutput() => new(Create(Console.Out, Console.IsOutputRedirected));

    public static Screen OnStandardError() => new(Create(Console.Error, Console.IsErrorRedirected));

    public void Show(HostEvent happened)
    {
        var (colour, mark) = happened.Kind switch
        {
            HostEventKind.InvocationSucceeded => ("green", "✓"),
            HostEventKind.InvocationFailed or HostEventKind.Poisoned => ("red", "✗"),
            HostEventKind.Redelivery or HostEventKind.Trouble or HostEventKind.WorkerKilled or HostEventKind.WorkerEnded => ("yellow", "!"),
            HostEventKind.InvocationStarted or HostEventKind.Forwarded => ("blue", "→"),
            HostEventKind.WorkerError => ("yellow", "│"),
            HostEventKind.WorkerOutput => ("grey", "│"),
            _ => ("grey", "·"),
        };
        var about = string.Join(' ', new[] { happened.Function, happened.Subject }.Where(part => part is not null));
        Line($"[{colour}]{mark} {Markup.Escape(about.Length > 0 ? $"{about}: {happened.Message}" : happened.Message)}[/]");
    }

    public void Progress(string message) => Line($"[grey]· {Markup.Escape(message)}[/]");

    public void Error(string message) => Line($"[red]{Markup.Escape(message)}[/]");

    public void Heading(string text) => Line($"[bold]{Markup.Escape(text)}[/]");

    /// <summary>Text to be copied: it is never wrapped, or a long connection string would break.</summary>
    public void Plain(string text)
    {
        lock (gate)
        {
            console.Profile.Out.Writer.WriteLine(text);
        }
    }

    public void Table(Table table)
    {
        lock (gate)
        {
            console.Write(table);
        }
    }

    private void Line(string markup)
    {
        lock (gate)
        {
            console.MarkupLine(markup);
        }
    }

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (redirected)
        {
            console.Profile.Width = WidthWithoutTerminal;
        }

        return console;
    }
}

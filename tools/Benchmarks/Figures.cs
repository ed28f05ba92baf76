using System.Globalization;

namespace Hazchem.Benchmarks;

/// <summary>How figures are written.</summary>
internal static class Figures
{
    public const double Megabyte = 1_000_000;

    /// <summary>Stands where there is no figure.</summary>
    public const string None = "–";

    public static string Ratio(double? value) => Text(value, "0.00");

    public static string Share(double? value) => Text(value, "0.000");

    public static string Similarity(double? value) => Text(value, "0.0000");

    public static string Difference(double? value) => Text(value is { } figure ? Math.Round(figure, 4) : null, "+0.0000;-0.0000;0.0000");

    public static string Milliseconds(double? value) => Text(value, "0");

    public static string Megabytes(double? bytes) => Text(bytes / Megabyte, "0");

    public static string Bytes(long? value) => Text(value, "#,0");

    private static string Text(double? value, string format) =>
        value?.ToString(format, CultureInfo.InvariantCulture) ?? None;
}

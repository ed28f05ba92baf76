using System.Diagnostics;
using Hazchem.Functions.Imaging;
using NetVips;

namespace Hazchem.Fuzz;

/// <summary>Gives damaged files to the converter and checks each outcome.</summary>
/// <param name="seed">Decides every file.</param>
/// <param name="keepIn">The folder for files whose outcome was wrong; it is made for the first one.</param>
internal sealed class FuzzRun(int seed, string keepIn)
{
    /// <summary>
    /// Of the process. The limits below allow a page of 20 million pixels; six times its bytes is what the hungriest
    /// decoder takes, and .NET and the libraries themselves take some hundred megabytes.
    /// </summary>
    private const long MostMemory = 700L << 20;

    /// <summary>For one file, by the processor: a machine that is busy may give little of it.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(20);

    private static readonly long[] Limits = [500_000, 60_000, 20_000, 3_000];

    private readonly ImagingOptions _options = new()
    {
        MaxInputBytes = 5_000_000,
        MaxPixels = 20_000_000,
        MaxPages = 20,
        MaxTime = TimeSpan.FromMinutes(2),
        TimeZone = TimeZoneInfo.Utc,
    };

    private readonly Mutation _mutation = new(FuzzSeeds.Make(), seed);

    public int Converted { get; private set; }

    public int Refused { get; private set; }

    public int Wrong { get; private set; }

    /// <summary>Milliseconds of processor time, and the number of the file.</summary>
    public (double Milliseconds, long Number) Slowest { get; private set; }

    /// <summary>Tries one file. What is wrong with its outcome is printed and the file is kept.</summary>
    /// <returns>False where the process cannot go on.</returns>
    public bool Try(long number)
    {
        var (name, content) = _mutation.Make(number);
        return Try(number, name, content, (TargetShape)(number / 7 % 3), Limits[number / 3 % Limits.Length]);
    }

    /// <summary>Tries a file as it is, as each shape.</summary>
    /// <param name="number">Of the first try; there are three.</param>
    /// <inheritdoc cref="Try(long)"/>
    public bool Try(long number, string path)
    {
        var content = File.ReadAllBytes(path);
        return Enum.GetValues<TargetShape>().All(shape => Try(number + (int)shape, path, content, shape, Limits[0]));
    }

    private bool Try(long number, string name, byte[] content, TargetShape shape, long limit)
    {
        var before = Environment.CpuUsage.TotalTime;
        string? wrong;
        try
        {
            var converter = new ImageConverter(_options);
            _ = converter.EstimateMemory(content, CancellationToken.None);
            wrong = Check(converter.Convert(content, shape, limit, CancellationToken.None), limit);
        }
#pragma warning disable CA1031 // Whatever is thrown is what is looked for.
        catch (Exception e)
#pragma warning restore CA1031
        {
            wrong = e.ToString();
        }

        var took = Environment.CpuUsage.TotalTime - before;
        Slowest = took.TotalMilliseconds > Slowest.Milliseconds ? (took.TotalMilliseconds, number) : Slowest;
        if (took > MostTime)
        {
            wrong ??= "It took too long.";
        }

        using var process = Process.GetCurrentProcess();
        var isFull = process.PeakWorkingSet64 > MostMemory;
        if (isFull)
        {
            wrong ??= $"The process took {process.PeakWorkingSet64 >> 20} MiB.";
        }

        if (wrong is not null)
        {
            Wrong++;
            var path = Keep(number, content);
            Console.WriteLine($"wrong: {number} ({name}, {shape}, {limit} bytes), kept as {path}: {wrong}");
        }

        return !isFull;
    }

    /// <summary>Writes a damaged file where a person finds it.</summary>
    public string Keep(long number) => Keep(number, _mutation.Make(number).Content);

    private string Keep(long number, byte[] content)
    {
        Directory.CreateDirectory(keepIn);
        var path = Path.Combine(keepIn, FormattableString.Invariant($"fuzz-{seed}-{number}"));
        File.WriteAllBytes(path, content);
        return path;
    }

    private string? Check(ConversionResult result, long limit)
    {
        if (result is ConversionResult.OutOfTime)
        {
            return "It took too long.";
        }

        if (result is ConversionResult.OutOfMemory)
        {
            return "It took too much memory.";
        }

        if (result is not ConversionResult.Converted converted)
        {
            Refused++;
            return ((ConversionResult.Refused)result).Reason.EndsWith('.') ? null : "The reason is no sentence.";
        }

        Converted++;
        if (converted.Content.Length > limit)
        {
            return $"It has {converted.Content.Length} bytes.";
        }

        var bytes = converted.Content.ToArray();
        if (ContentRecognition.Recognise(bytes) != converted.Format)
        {
            return "It is not of the format that is said.";
        }

        for (var page = 0; page < converted.Pages; page++)
        {
            using var image = Image.NewFromBuffer(
                bytes, failOn: Enums.FailOn.Error, kwargs: converted.Format == PictureFormat.Tiff ? new VOption { { "page", page } } : null);
            image.Avg();
        }

        return null;
    }
}

using System.Buffers.Binary;
using System.CommandLine;
using System.Diagnostics;
using Hazchem.Functions.Imaging;
using Hazchem.Fuzz;

var seed = new Option<int>("--seed") { Required = true, Description = "Decides every file." };
var from = new Option<long>("--from") { Description = "The number of the first file." };
var count = new Option<long>("--count") { DefaultValueFactory = _ => 1, Description = "How many files are tried." };
var at = new Option<string?>("--at") { Description = "A file in which the number of the file in hand always stands." };
var keepIn = new Option<string>("--keep-in") { DefaultValueFactory = _ => "TestResults", Description = "The folder for files whose outcome was wrong." };
var keepOnly = new Option<bool>("--keep-only") { Description = "Write the first file and try none." };
var files = new Option<string?>("--files") { Description = "A folder whose files are tried as they are, each as every shape, instead of damaged ones." };
var command = new RootCommand("Tries the converter with damaged files. Exits with 0 if every outcome was right.")
{
    seed, from, count, at, keepIn, keepOnly, files,
};
command.SetAction(parsed =>
{
    var run = new FuzzRun(parsed.GetValue(seed), parsed.GetValue(keepIn)!);
    var first = parsed.GetValue(from);
    if (parsed.GetValue(keepOnly))
    {
        Console.WriteLine(run.Keep(first));
        return 0;
    }

    // Unbuffered: it must be right when the process dies in the midst of a file.
    using var place = parsed.GetValue(at) is { } path
        ? new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0)
        : null;
    Span<byte> bytes = stackalloc byte[sizeof(long)];
    var number = first;
    var goesOn = true;
    if (parsed.GetValue(files) is { } folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).TakeWhile(_ => goesOn))
        {
            goesOn = run.Try(number, file);
            number += Enum.GetValues<TargetShape>().Length;
        }

        goesOn = false;
    }

    for (; goesOn && number < first + parsed.GetValue(count); number++)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes, number);
        place?.Seek(0, SeekOrigin.Begin);
        place?.Write(bytes);
        goesOn = run.Try(number);
    }

    using var process = Process.GetCurrentProcess();
    Console.WriteLine(FormattableString.Invariant(
        $"{number - first} files: {run.Converted} converted, {run.Refused} refused, {run.Wrong} wrong; at most {process.PeakWorkingSet64 >> 20} MiB; slowest {run.Slowest.Milliseconds:F0} ms of processor time, number {run.Slowest.Number}"));
    return run.Wrong == 0 ? 0 : 1;
});
return command.Parse(args).Invoke();

using System.CommandLine;
using System.Globalization;
using Hazchem.Benchmarks;
using Hazchem.Benchmarks.Contenders;
using Hazchem.Benchmarks.Imaging;
using Hazchem.Benchmarks.Running;
using Hazchem.Benchmarks.Startup;
using Hazchem.LocalHost;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is [Worker.Command, var order])
{
    return Worker.Run(order);
}

var photos = new Option<DirectoryInfo?>("--photos") { Description = "A folder of photos. The project's own samples unless told." };
var documents = new Option<DirectoryInfo?>("--documents") { Description = "A folder of scans, with the text of each beside it (.txt) where it is known. The project's own samples unless told." };
var limits = new Option<string>("--limit") { Description = "Limits for photos in bytes, separated by commas.", DefaultValueFactory = _ => "300000,1000000" };
var only = new Option<string[]>("--only") { Description = "Contenders for photos; ours always takes part. All unless told.", AllowMultipleArgumentsPerToken = true };
only.AcceptOnlyFromAmong([.. ContenderList.ForPhotos.Select(contender => contender.Name)]);
string[] allParts = [ImagingBenchmark.PhotosPart, ImagingBenchmark.DocumentsPart, ImagingBenchmark.PdfPart, ImagingBenchmark.MemoryPart];
var parts = new Option<string[]>("--part") { Description = "What is measured. All unless told.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => allParts };
parts.AcceptOnlyFromAmong(allParts);
var threads = new Option<int>("--threads") { Description = "Threads for each contender that can use several.", DefaultValueFactory = _ => 1 };
var repeats = new Option<int>("--repeats") { Description = "How often each works on each file; the least figure counts.", DefaultValueFactory = _ => 3 };
var details = new Option<bool>("--details") { Description = "Tables by file too." };
var page = new Option<FileInfo?>("--out") { Description = "The page of documentation to write, such as docs/imaging-benchmarks.md. It is printed in any case." };

var imaging = new Command("imaging", "Pictures and scans: ours and its peers side by side on the same files.")
{
    photos, documents, limits, only, parts, threads, repeats, details, page,
};
imaging.SetAction(async (parsed, cancellationToken) =>
{
    var request = new BenchmarkRequest(
        parsed.GetValue(photos),
        parsed.GetValue(documents),
        [.. parsed.GetValue(limits)!.Split(',').Select(limit => long.Parse(limit, CultureInfo.InvariantCulture))],
        parsed.GetValue(only) ?? [],
        parsed.GetValue(parts)!,
        parsed.GetValue(threads),
        parsed.GetValue(repeats),
        parsed.GetValue(details),
        parsed.GetValue(page));
    try
    {
        var text = await ImagingBenchmark.RunAsync(request, TimeProvider.System, Console.Error.WriteLine, cancellationToken);
        Console.Out.Write(text);
        if (request.Page is { } file)
        {
            await File.WriteAllTextAsync(file.FullName, text, cancellationToken);
        }

        return 0;
    }
    catch (Exception e) when (e is BenchmarkException or LocalHostException)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 1;
    }
});

var rounds = new Option<int>("--rounds") { Description = "How often each variant is started and counted.", DefaultValueFactory = _ => 7 };
var startup = new Command("startup", "The app published in several ways, and the template's worker: how long a start takes, and what memory and package.") { rounds };
startup.SetAction(async (parsed, cancellationToken) =>
{
    try
    {
        Console.Out.Write(await StartupBenchmark.RunAsync(parsed.GetValue(rounds), TimeProvider.System, Console.Error.WriteLine, cancellationToken));
        return 0;
    }
    catch (Exception e) when (e is BenchmarkException or LocalHostException)
    {
        await Console.Error.WriteLineAsync(e.Message);
        return 1;
    }
});

return await new RootCommand("Measures this project against its peers, and its starts against each other.") { imaging, startup }.Parse(args).InvokeAsync();

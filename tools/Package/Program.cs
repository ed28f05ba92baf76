using System.CommandLine;
using Hazchem.Package;

var folder = new Argument<DirectoryInfo>("folder") { Description = "What dotnet publish made for linux-x64 with BlobTriggerSource=EventGrid." };
var file = new Argument<FileInfo>("file") { Description = "The package to write." };
var command = new RootCommand("Packs a published app for Azure Functions on Linux, and refuses one that would not start there. 0: packed; 1: it has faults.")
{
    folder, file,
};
command.SetAction(parsed =>
{
    var from = parsed.GetValue(folder)!.FullName;
    var to = parsed.GetValue(file)!.FullName;
    var faults = PackageRules.FaultsOf(from);
    if (faults.Count == 0)
    {
        FunctionPackage.Write(from, to);
        faults = PackageRules.FaultsOfSize(new FileInfo(to).Length);
    }

    foreach (var fault in faults)
    {
        Console.Error.WriteLine(fault);
    }

    if (faults.Count > 0)
    {
        return 1;
    }

    Console.WriteLine($"{to}: {new FileInfo(to).Length / 1_000_000} MB");
    return 0;
});
return await command.Parse(args).InvokeAsync();

namespace Hazchem.Functions.Imaging;

/// <summary>
/// Bytes as a file, for a library that opens nothing else. On Linux it has no name in any folder, so that a process that is
/// killed leaves no customer's picture behind; elsewhere it has one until it is disposed of.
/// </summary>
internal sealed class NamelessFile : IDisposable
{
    private readonly FileStream _file;
    private readonly string? _name;

    private NamelessFile(FileStream file, string? name, string path)
    {
        _file = file;
        _name = name;
        Path = path;
    }

    /// <summary>Where to open it, as long as this is not disposed of.</summary>
    public string Path { get; }

    public static NamelessFile Of(byte[] content)
    {
        var name = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());
        var file = new FileStream(
            name, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
        var opened = new NamelessFile(file, name, name);
        try
        {
            if (OperatingSystem.IsLinux())
            {
                File.Delete(name);
                opened = new NamelessFile(file, name: null, $"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}");
            }

            file.Write(content);
            return opened;
        }
        catch
        {
            opened.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _file.Dispose();
        if (_name is not null)
        {
            File.Delete(_name);
        }
    }
}

namespace Hazchem.Functions.Imaging;

/// <summary>A file that LibTiff reads, and how often it found fault with it.</summary>
internal sealed class LibTiffSource(byte[] content) : MemoryStream(content, writable: false)
{
    public int Complaints { get; set; }
}

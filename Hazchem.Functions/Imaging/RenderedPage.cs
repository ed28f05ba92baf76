namespace Hazchem.Functions.Imaging;

/// <summary>A page as a picture that browsers show.</summary>
internal sealed record RenderedPage(byte[] Content, string ContentType);

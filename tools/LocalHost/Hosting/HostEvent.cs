namespace Hazchem.LocalHost.Hosting;

/// <summary>Something that happened in the host, as it happens.</summary>
/// <param name="Subject">What the invocation is about: the blob's name, the request's path.</param>
/// <param name="InvocationId">A redelivery has a new one.</param>
public sealed record HostEvent(
    HostEventKind Kind,
    string Message,
    string? Function = null,
    string? Subject = null,
    Guid? InvocationId = null);

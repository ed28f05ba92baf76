using Hazchem.Functions.Documents;
using Hazchem.Functions.Storage;

namespace Hazchem.Functions.Outbound;

/// <summary>A file as it was read from the drop box.</summary>
internal sealed record DroppedFile
{
    public required Drop Drop { get; init; }

    /// <summary>Null where the blob's name does not fit; <see cref="NameProblem"/> then says why.</summary>
    public DropName? Name { get; init; }

    public string? NameProblem { get; init; }

    public required DropMetadata Metadata { get; init; }

    /// <summary>By the storage account's clock.</summary>
    public required DateTimeOffset DroppedAt { get; init; }

    /// <summary>In bytes.</summary>
    public required long Length { get; init; }

    public required Sha256Hash Sha256 { get; init; }

    /// <summary>Null where the file is larger than any that the app takes; it was hashed and not held.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    public DocumentKey Key => Name is null
        ? DocumentKey.ToSendUnaddressed(Drop.Name, Sha256)
        : DocumentKey.ToSend(Name, Sha256);
}

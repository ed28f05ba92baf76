using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Azure.Storage.Blobs.Models;

namespace Hazchem.LocalHost.Hosting;

/// <summary>The bodies that the host posts, member by member as captured from it.</summary>
internal static class InvocationBody
{
    private static readonly JsonSerializerOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="content">The blob's bytes, or null when the binding is deferred.</param>
    public static ReadOnlyMemory<byte> Blob(
        FunctionDefinition function,
        BlobTrigger trigger,
        string blobName,
        Uri uri,
        IReadOnlyList<KeyValuePair<string, string>> tokens,
        BlobProperties properties,
        byte[]? content,
        DateTimeOffset now) =>
        Write(function, now, data => WriteBlobData(data, trigger, blobName, content), metadata =>
        {
            metadata.WriteString("Uri", JsonInJson(uri.AbsoluteUri));
            WriteProperties(metadata, properties);
            WriteStrings(metadata, "Metadata", properties.Metadata);
            foreach (var (token, value) in tokens)
            {
                metadata.WriteString(token, JsonInJson(value));
            }
        });

    public static ReadOnlyMemory<byte> Timer(FunctionDefinition function, TimerTrigger trigger, TimerStatus status, DateTimeOffset now) =>
        Write(
            function,
            now,
            data =>
            {
                data.WriteStartObject(trigger.BindingName);
                data.WriteStartObject("Schedule");
                data.WriteBoolean("AdjustForDST", true);
                data.WriteEndObject();
                data.WriteStartObject("ScheduleStatus");
                data.WriteString("Last", status.Last);
                data.WriteString("Next", status.Next);
                data.WriteString("LastUpdated", status.Last);
                data.WriteEndObject();
                data.WriteBoolean("IsPastDue", false);
                data.WriteEndObject();
            },
            _ => { });

    private static ReadOnlyMemory<byte> Write(
        FunctionDefinition function,
        DateTimeOffset now,
        Action<Utf8JsonWriter> writeData,
        Action<Utf8JsonWriter> writeMetadata)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartObject("Data");
            writeData(json);
            json.WriteEndObject();
            json.WriteStartObject("Metadata");
            writeMetadata(json);
            json.WriteStartObject("sys");
            json.WriteString("MethodName", function.Name);
            json.WriteString("UtcNow", now.UtcDateTime);
            json.WriteString("RandGuid", Guid.NewGuid());
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteBlobData(Utf8JsonWriter data, BlobTrigger trigger, string blobName, byte[]? content)
    {
        if (content is not null)
        {
            data.WriteBase64String(trigger.BindingName, content);
            return;
        }

        // With deferred binding the host tells the length of a reference to the blob, not of the blob.
        var reference = JsonSerializer.SerializeToUtf8Bytes(new
        {
            trigger.Connection,
            ContainerName = trigger.Container,
            BlobName = blobName,
        });
        data.WriteStartObject(trigger.BindingName);
        data.WriteString("Version", "1.0");
        data.WriteString("Source", "AzureStorageBlobs");
        data.WriteStartObject("Content");
        data.WriteNumber("Length", reference.Length);
        data.WriteBoolean("IsEmpty", false);
        data.WriteString("MediaType", "application/json");
        data.WriteEndObject();
        data.WriteString("ContentType", "application/json");
        data.WriteEndObject();
    }

    private static void WriteProperties(Utf8JsonWriter metadata, BlobProperties blob)
    {
        metadata.WriteStartObject("Properties");
        metadata.WriteString("LastModified", blob.LastModified);
        metadata.WriteString("CreatedOn", blob.CreatedOn);
        WriteStrings(metadata, "Metadata", blob.Metadata);
        metadata.WriteNull("ObjectReplicationDestinationPolicyId");
        metadata.WriteNull("ObjectReplicationSourceProperties");
        metadata.WriteNumber("BlobType", (int)blob.BlobType);
        metadata.WriteString("CopyCompletedOn", blob.CopyCompletedOn);
        metadata.WriteString("CopyStatusDescription", blob.CopyStatusDescription);
        metadata.WriteString("CopyId", blob.CopyId);
        metadata.WriteString("CopyProgress", blob.CopyProgress);
        metadata.WriteString("CopySource", blob.CopySource?.AbsoluteUri);
        metadata.WriteNumber("CopyStatus", (int)blob.CopyStatus);
        WriteNumberOrNull(metadata, "BlobCopyStatus", (int?)blob.BlobCopyStatus);
        metadata.WriteBoolean("IsIncrementalCopy", blob.IsIncrementalCopy);
        metadata.WriteString("DestinationSnapshot", blob.DestinationSnapshot);
        metadata.WriteNumber("LeaseDuration", (int)blob.LeaseDuration);
        metadata.WriteNumber("LeaseState", (int)blob.LeaseState);
        metadata.WriteNumber("LeaseStatus", (int)blob.LeaseStatus);
        metadata.WriteNumber("ContentLength", blob.ContentLength);
        metadata.WriteString("ContentType", blob.ContentType);

        // Always empty at the host, which is why a function must ask the blob itself.
        metadata.WriteStartObject("ETag");
        metadata.WriteEndObject();
        metadata.WriteString("ContentHash", blob.ContentHash is { } hash ? Convert.ToBase64String(hash) : null);
        metadata.WriteString("ContentEncoding", blob.ContentEncoding);
        metadata.WriteString("ContentDisposition", blob.ContentDisposition);
        metadata.WriteString("ContentLanguage", blob.ContentLanguage);
        metadata.WriteString("CacheControl", blob.CacheControl);
        metadata.WriteNumber("BlobSequenceNumber", blob.BlobSequenceNumber);
        metadata.WriteString("AcceptRanges", blob.AcceptRanges);
        metadata.WriteNumber("BlobCommittedBlockCount", blob.BlobCommittedBlockCount);
        metadata.WriteBoolean("IsServerEncrypted", blob.IsServerEncrypted);
        metadata.WriteString("EncryptionKeySha256", blob.EncryptionKeySha256);
        metadata.WriteString("EncryptionScope", blob.EncryptionScope);
        metadata.WriteString("AccessTier", blob.AccessTier);
        metadata.WriteBoolean("AccessTierInferred", blob.AccessTierInferred);
        metadata.WriteString("ArchiveStatus", blob.ArchiveStatus);
        metadata.WriteString("AccessTierChangedOn", blob.AccessTierChangedOn);
        metadata.WriteNull("SmartAccessTier");
        metadata.WriteString("VersionId", blob.VersionId);
        metadata.WriteBoolean("IsLatestVersion", blob.IsLatestVersion);
        metadata.WriteNumber("TagCount", blob.TagCount);
        metadata.WriteString("ExpiresOn", blob.ExpiresOn);
        metadata.WriteBoolean("IsSealed", blob.IsSealed);
        metadata.WriteString("RehydratePriority", blob.RehydratePriority);
        metadata.WriteString("LastAccessed", blob.LastAccessed);
        metadata.WriteStartObject("ImmutabilityPolicy");
        metadata.WriteNull("ExpiresOn");
        metadata.WriteNull("PolicyMode");
        metadata.WriteEndObject();
        metadata.WriteBoolean("HasLegalHold", blob.HasLegalHold);
        metadata.WriteEndObject();
    }

    private static void WriteStrings(Utf8JsonWriter json, string name, IDictionary<string, string> values)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in values)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteNumberOrNull(Utf8JsonWriter json, string name, int? value)
    {
        if (value is { } number)
        {
            json.WriteNumber(name, number);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static string JsonInJson(string value) => JsonSerializer.Serialize(value, Relaxed);
}

using System.Buffers;

namespace Hazchem.Functions.Hosting.CustomHandler;

/// <summary>
/// Copies a JSON object and leaves out the value of its member <c>Data</c>, which becomes <c>null</c>.
/// </summary>
/// <remarks>
/// A host that ignores deferred binding sends the whole file there as one base64 string: 80 MB for a file of 60. A JSON
/// reader would hold such a string whole, so the bytes are counted past before one sees them. Only brackets, strings and
/// escapes are told apart; whether the rest is JSON is for the reader of the copy to say.
/// </remarks>
internal sealed class DataSkipper(int maxBytes)
{
    private static ReadOnlySpan<byte> DataKey => "Data"u8;

    private static ReadOnlySpan<byte> Null => "null"u8;

    private readonly ArrayBufferWriter<byte> copy = new(4096);
    private int depth;
    private bool inString;
    private bool escaped;
    private bool expectsKey;
    private int keyStart = -1;
    private bool isDataKey;
    private bool skipping;
    private int skippedDepth;

    /// <summary>What was copied.</summary>
    public ReadOnlyMemory<byte> Copy => copy.WrittenMemory;

    /// <summary>Whether what was copied is longer than allowed; nothing more is taken then.</summary>
    public bool TooLong => copy.WrittenCount > maxBytes;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            if (TooLong)
            {
                return;
            }

            if (!skipping || !Skip(b))
            {
                Take(b);
            }
        }
    }

    /// <returns>False where the byte does not belong to the value any more.</returns>
    private bool Skip(byte b)
    {
        if (inString)
        {
            if (EndsString(b) && skippedDepth == 0)
            {
                skipping = false;
            }

            return true;
        }

        switch (b)
        {
            case (byte)'"':
                inString = true;
                return true;
            case (byte)'{' or (byte)'[':
                skippedDepth++;
                return true;
            case (byte)'}' or (byte)']' when skippedDepth > 0:
                skipping = --skippedDepth > 0;
                return true;
            case (byte)'}' or (byte)']' or (byte)',' when skippedDepth == 0:
                skipping = false;
                return false;
            default:
                return true;
        }
    }

    private void Take(byte b)
    {
        if (inString)
        {
            Write(b);
            if (EndsString(b) && keyStart >= 0)
            {
                isDataKey = copy.WrittenSpan[keyStart..^1].SequenceEqual(DataKey);
                keyStart = -1;
            }

            return;
        }

        Write(b);
        switch (b)
        {
            case (byte)'"':
                inString = true;
                if (depth == 1 && expectsKey)
                {
                    keyStart = copy.WrittenCount;
                    expectsKey = false;
                }

                break;
            case (byte)'{' or (byte)'[':
                depth++;
                expectsKey = depth == 1 && b == '{';
                break;
            case (byte)'}' or (byte)']':
                depth--;
                break;
            case (byte)',' when depth == 1:
                expectsKey = true;
                break;
            case (byte)':' when depth == 1 && isDataKey:
                isDataKey = false;
                skipping = true;
                copy.Write(Null);
                break;
        }
    }

    private bool EndsString(byte b)
    {
        if (escaped)
        {
            escaped = false;
        }
        else if (b == '\\')
        {
            escaped = true;
        }
        else if (b == '"')
        {
            inString = false;
            return true;
        }

        return false;
    }

    private void Write(byte b)
    {
        copy.GetSpan(1)[0] = b;
        copy.Advance(1);
    }
}

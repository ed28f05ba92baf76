using System.Buffers.Binary;
using System.Text;

namespace Hazchem.Functions.Tests.Telemetry;

/// <summary>A message in Protocol Buffers' wire format, read without its schema: what OTLP needs and no more.</summary>
internal sealed class ProtobufMessage
{
    private readonly ILookup<int, Field> fields;

    private ProtobufMessage(IEnumerable<Field> fields) => this.fields = fields.ToLookup(field => field.Number);

    public static ProtobufMessage Parse(ReadOnlyMemory<byte> bytes)
    {
        var read = new List<Field>();
        var at = 0;
        while (at < bytes.Length)
        {
            var tag = Varint(bytes.Span, ref at);
            var (number, wire) = ((int)(tag >> 3), (int)(tag & 7));
            switch (wire)
            {
                case 0:
                    read.Add(new Field(number, Varint(bytes.Span, ref at), default));
                    break;
                case 1:
                    read.Add(new Field(number, BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[at..]), default));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(bytes.Span, ref at);
                    read.Add(new Field(number, 0, bytes.Slice(at, length)));
                    at += length;
                    break;
                case 5:
                    read.Add(new Field(number, BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[at..]), default));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {wire} is not one of this format.");
            }
        }

        return new ProtobufMessage(read);
    }

    public bool Has(int number) => fields.Contains(number);

    public IEnumerable<ProtobufMessage> Messages(int number) => fields[number].Select(field => Parse(field.Bytes));

    public ProtobufMessage? Message(int number) => Messages(number).FirstOrDefault();

    public string Text(int number) => fields[number].Select(field => Encoding.UTF8.GetString(field.Bytes.Span)).LastOrDefault("");

    public string Hex(int number) => fields[number].Select(field => Convert.ToHexStringLower(field.Bytes.Span)).LastOrDefault("");

    public long Integer(int number) => (long)fields[number].Select(field => field.Value).LastOrDefault();

    public double Number(int number) => BitConverter.UInt64BitsToDouble(fields[number].Select(field => field.Value).LastOrDefault());

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = bytes[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80)
            {
                return value;
            }
        }
    }

    private sealed record Field(int Number, ulong Value, ReadOnlyMemory<byte> Bytes);
}

using System.Buffers.Binary;

namespace Hazchem.Functions.Imaging;

/// <summary>
/// How much of a JPEG's points there is. Its decoder goes on behind the end of the code with grey, no error, and does not
/// look at what stands between the last point and the end marker; so the code is read here, and no picture made of it.
/// </summary>
/// <param name="Lost">
/// The share of its points, 0 to 1, whose code is not there or broken. What is coded in a way that is not known here is all
/// lost.
/// </param>
/// <param name="IsExact">Nothing stands beside the code of its points, and none is lost.</param>
internal readonly record struct JpegCode(double Lost, bool IsExact)
{
    /// <summary>
    /// Phones and programs that are interrupted leave out the last rows of a picture. So small a share, which comes out
    /// grey, is on no picture what it was taken for.
    /// </summary>
    public const double MostLost = 0.02;

    /// <summary>libvips reads no more.</summary>
    private const int MostScans = 100;

    private const byte FirstFrame = 0xC0;
    private const byte ProgressiveFrame = 0xC2;
    private const byte HuffmanTables = 0xC4;
    private const byte LastFrame = 0xCF;
    private const byte EndOfImage = 0xD9;
    private const byte StartOfScan = 0xDA;
    private const byte NumberOfRows = 0xDC;
    private const byte RestartInterval = 0xDD;

    private const int BlockSide = 8;
    private const int MostTables = 4;
    private const int MostComponents = 4;
    private const int LastCoefficient = 63;

    private static JpegCode Unknown => new(1, false);

    public static JpegCode Read(ReadOnlySpan<byte> jpeg, CancellationToken cancellationToken) => new Reader().Read(jpeg, cancellationToken);

    private sealed class Reader
    {
        private readonly JpegHuffmanTable?[] _dcTables = new JpegHuffmanTable?[MostTables];
        private readonly JpegHuffmanTable?[] _acTables = new JpegHuffmanTable?[MostTables];
        private JpegComponent[] _components = [];
        private bool _isProgressive;
        private int _width;
        private int _height;
        private int _restartInterval;
        private int _scans;
        private double _lost;
        private bool _isExact = true;

        public JpegCode Read(ReadOnlySpan<byte> jpeg, CancellationToken cancellationToken)
        {
            for (var at = 2; ;)
            {
                var marker = NextMarker(jpeg, ref at);
                if (marker is null or EndOfImage)
                {
                    // What breaks off behind its last point lacks nothing.
                    _lost = _components.Length > 0 && _components.All(component => component.IsComplete) ? _lost : 1;
                    return new JpegCode(_lost, _isExact && _lost == 0 && marker is not null);
                }

                var end = at + 2 <= jpeg.Length ? at + BinaryPrimitives.ReadUInt16BigEndian(jpeg[at..]) : jpeg.Length + 1;
                if (end < at + 2)
                {
                    return Unknown;
                }

                if (end > jpeg.Length)
                {
                    at = jpeg.Length;
                    continue;
                }

                var body = jpeg[(at + 2)..end];
                at = end;
                var isKnown = marker switch
                {
                    HuffmanTables => ReadTables(body),
                    >= FirstFrame and <= ProgressiveFrame => ReadFrame(body, marker == ProgressiveFrame),
                    (> ProgressiveFrame and <= LastFrame) or NumberOfRows => false,
                    StartOfScan => ReadScan(jpeg, body, ref at, cancellationToken),
                    RestartInterval => ReadRestartInterval(body),
                    _ => true,
                };
                if (!isKnown)
                {
                    return Unknown;
                }
            }
        }

        /// <summary>Goes behind the next marker, over what belongs to nothing.</summary>
        private byte? NextMarker(ReadOnlySpan<byte> jpeg, ref int at)
        {
            for (; at + 1 < jpeg.Length; at++)
            {
                if (jpeg[at] == 0xFF && jpeg[at + 1] is not (0 or 0xFF or 1 or (>= 0xD0 and <= 0xD8)))
                {
                    at += 2;
                    return jpeg[at - 1];
                }

                _isExact = false;
            }

            return null;
        }

        private bool ReadTables(ReadOnlySpan<byte> body)
        {
            while (body.Length > 0)
            {
                var place = body[0];
                if ((place & 15) >= MostTables || place >> 4 > 1 || JpegHuffmanTable.Read(body[1..], out var bytes) is not { } table)
                {
                    return false;
                }

                (place >> 4 == 0 ? _dcTables : _acTables)[place & 15] = table;
                body = body[(1 + bytes)..];
            }

            return true;
        }

        private bool ReadFrame(ReadOnlySpan<byte> body, bool isProgressive)
        {
            const int headerBytes = 6;
            if (_components.Length > 0 || body.Length < headerBytes || body[0] != 8 || body[5] is 0 or > MostComponents
                || body.Length != headerBytes + (3 * body[5]))
            {
                return false;
            }

            _isProgressive = isProgressive;
            _height = BinaryPrimitives.ReadUInt16BigEndian(body[1..]);
            _width = BinaryPrimitives.ReadUInt16BigEndian(body[3..]);
            _components = new JpegComponent[body[5]];
            for (var i = 0; i < _components.Length; i++)
            {
                var component = body.Slice(headerBytes + (3 * i), 3);
                _components[i] = new JpegComponent(component[0], component[1] >> 4, component[1] & 15);
            }

            return _width > 0 && _height > 0 && _components.All(component => component.Across is >= 1 and <= 4 && component.Down is >= 1 and <= 4);
        }

        private bool ReadRestartInterval(ReadOnlySpan<byte> body)
        {
            if (body.Length != 2)
            {
                return false;
            }

            _restartInterval = BinaryPrimitives.ReadUInt16BigEndian(body);
            return true;
        }

        private bool ReadScan(ReadOnlySpan<byte> jpeg, ReadOnlySpan<byte> body, ref int at, CancellationToken cancellationToken)
        {
            if (++_scans > MostScans || body.Length < 1 || body[0] is 0 or > MostComponents || body.Length != 4 + (2 * body[0]))
            {
                return false;
            }

            var count = body[0];
            var components = new JpegComponent[count];
            var (dcTables, acTables) = (new JpegHuffmanTable?[count], new JpegHuffmanTable?[count]);
            for (var i = 0; i < count; i++)
            {
                var (id, tables) = (body[1 + (2 * i)], body[2 + (2 * i)]);
                if (_components.FirstOrDefault(component => component.Id == id) is not { } component || tables >> 4 >= MostTables || (tables & 15) >= MostTables)
                {
                    return false;
                }

                (components[i], dcTables[i], acTables[i]) = (component, _dcTables[tables >> 4], _acTables[tables & 15]);
            }

            var (first, last, high, low) = _isProgressive
                ? (body[^3], body[^2], body[^1] >> 4, body[^1] & 15)
                : (0, LastCoefficient, 0, 0);
            if (first > last || last > LastCoefficient || (_isProgressive && (first == 0 ? last > 0 : count > 1)))
            {
                return false;
            }

            var units = Units(components);
            if (first > 0)
            {
                components[0].NotZero ??= new ulong[units];
            }

            var scan = new JpegScan(components, dcTables, acTables, _isProgressive, first, last, isRefinement: high > 0);
            var lost = scan.Read(jpeg, ref at, units, _restartInterval, out var isExact, cancellationToken);
            _isExact &= isExact;
            _lost = Math.Max(_lost, lost / (double)units);
            Array.ForEach(components, component => component.Came(first, last, low));
            return true;
        }

        /// <summary>How many units a scan has: a component alone has no blocks that only fill up the others'.</summary>
        private int Units(JpegComponent[] components)
        {
            var mostAcross = _components.Max(component => component.Across);
            var mostDown = _components.Max(component => component.Down);
            return components is [var only]
                ? Blocks(Part(_width, only.Across, mostAcross), 1) * Blocks(Part(_height, only.Down, mostDown), 1)
                : Blocks(_width, mostAcross) * Blocks(_height, mostDown);

            static int Part(int side, int factor, int most) => ((side * factor) + most - 1) / most;

            static int Blocks(int side, int together) => (side + (BlockSide * together) - 1) / (BlockSide * together);
        }
    }
}

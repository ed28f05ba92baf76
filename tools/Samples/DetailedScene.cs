using NetVips;

namespace Hazchem.Samples;

/// <summary>
/// A scene with about the statistics of a photo, which is what the cost and the size of a JPEG depend on: things of all sizes
/// that cover each other ("dead leaves"), each with a grain of its own that falls off with its fineness, under one light,
/// through a lens, with the noise of a sensor.
/// </summary>
internal static class DetailedScene
{
    private const int TileBits = 9;
    private const int TileSize = 1 << TileBits;
    private const int TileMask = TileSize - 1;
    private const int CoarsestCell = 64;

    /// <summary>Radii as shares of the short side: no lens shows more.</summary>
    private const double SmallestThing = 0.0015;

    private const double LargestThing = 0.25;

    /// <summary>The share of the scene that the largest things would cover, if they did not cover each other.</summary>
    private const double Coverage = 0.9;

    /// <summary>What remains of that with each halving of the size.</summary>
    private const double CoverageFall = 0.72;

    /// <summary>Small things stand out less from what is around them: contrast goes as size to this power.</summary>
    private const double ContrastFall = 0.3;

    public static Image Draw(int seed, int width, int height)
    {
        var random = new Random(seed);
        var tile = Fractal(random);
        var noise = new sbyte[TileSize * TileSize];
        var noisiness = 1.5 + (3 * random.NextDouble());
        for (var i = 0; i < noise.Length; i++)
        {
            noise[i] = (sbyte)Math.Clamp(Normal(random) * noisiness, -60, 60);
        }

        var things = Things(random, width, height);
        var points = new byte[(long)width * height * 3];
        const int bandHeight = 64;
        Parallel.For(0, (height + bandHeight - 1) / bandHeight, band =>
        {
            var (top, bottom) = (band * bandHeight, Math.Min(height, (band + 1) * bandHeight));
            foreach (var thing in things)
            {
                thing.Paint(points, width, top, bottom, tile);
            }

            Light(points, width, height, top, bottom, noise);
        });

        using var bare = Image.NewFromMemory(points, width, height, 3, Enums.BandFormat.Uchar);
        using var coloured = bare.Copy(interpretation: Enums.Interpretation.Srgb);
        using var seen = coloured.Gaussblur(0.6);
        return seen.CopyMemory();
    }

    private static List<Thing> Things(Random random, int width, int height)
    {
        var area = (double)width * height;
        var things = new List<Thing> { Thing.Backdrop(random, width, height) };
        var side = Math.Min(width, height);
        var coverage = Coverage * (0.5 + random.NextDouble());
        for (var radius = side * LargestThing; radius >= side * SmallestThing; radius /= 2, coverage *= CoverageFall)
        {
            var count = (int)Math.Ceiling(area * coverage / (Math.PI * radius * radius));
            for (var i = 0; i < count; i++)
            {
                things.Add(Thing.Any(random, width, height, radius * (0.7 + (0.6 * random.NextDouble()))));
            }
        }

        // Things of every size lie on top of those of every other.
        return [.. things.Take(1), .. things.Skip(1).OrderBy(_ => random.NextDouble())];
    }

    private static void Light(byte[] points, int width, int height, int top, int bottom, sbyte[] noise)
    {
        for (var y = top; y < bottom; y++)
        {
            var at = (long)y * width * 3;
            for (var x = 0; x < width; x++)
            {
                var light = 1.05 - (0.35 * x / width) - (0.2 * y / height);
                var grain = ((y & TileMask) << TileBits) | (x & TileMask);
                for (var channel = 0; channel < 3; channel++, at++)
                {
                    var value = (points[at] * light) + noise[(grain + (channel * 7919)) & ((TileSize * TileSize) - 1)];
                    points[at] = (byte)Math.Clamp(value, 0, 255);
                }
            }
        }
    }

    /// <summary>A tile that repeats, with as much to show at each of its scales.</summary>
    private static float[] Fractal(Random random)
    {
        var tile = new float[TileSize * TileSize];
        for (var cell = 1; cell <= CoarsestCell; cell *= 2)
        {
            var cells = TileSize / cell;
            var knots = new float[cells * cells];
            for (var i = 0; i < knots.Length; i++)
            {
                knots[i] = (float)Normal(random) * MathF.Pow(cell, 0.7f);
            }

            for (var y = 0; y < TileSize; y++)
            {
                var (upper, down) = (y / cell, (float)(y % cell) / cell);
                for (var x = 0; x < TileSize; x++)
                {
                    var (left, across) = (x / cell, (float)(x % cell) / cell);
                    var (lower, right) = ((upper + 1) % cells, (left + 1) % cells);
                    var above = float.Lerp(knots[(upper * cells) + left], knots[(upper * cells) + right], across);
                    var below = float.Lerp(knots[(lower * cells) + left], knots[(lower * cells) + right], across);
                    tile[(y * TileSize) + x] += float.Lerp(above, below, down);
                }
            }
        }

        var most = tile.Max(Math.Abs);
        return [.. tile.Select(value => value / most)];
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    /// <summary>An ellipse or a box, turned, in one colour that shades off, with a grain.</summary>
    private sealed class Thing
    {
        private double _x;
        private double _y;
        private double _cos;
        private double _sin;
        private double _flatness;
        private bool _isBox;
        private double _shade;
        private double _grain;
        private int _grainAt;
        private double[] _colour = [];

        public double Radius { get; private init; }

        public static Thing Backdrop(Random random, int width, int height) => new()
        {
            Radius = width + height,
            _x = width / 2.0,
            _y = height / 2.0,
            _cos = 1,
            _flatness = 1,
            _isBox = true,
            _grain = 25,
            _grainAt = random.Next(TileSize * TileSize),
            _colour = [130, 135, 140],
        };

        public static Thing Any(Random random, int width, int height, double radius)
        {
            var angle = random.NextDouble() * Math.PI;
            var contrast = Math.Pow(radius / (Math.Min(width, height) * LargestThing), ContrastFall);
            var brightness = 125 + (190 * contrast * (random.NextDouble() - 0.5));
            return new Thing
            {
                Radius = radius,
                _x = random.NextDouble() * width,
                _y = random.NextDouble() * height,
                _cos = Math.Cos(angle),
                _sin = Math.Sin(angle),
                _flatness = 0.3 + (0.7 * random.NextDouble()),
                _isBox = random.NextDouble() < 0.4,
                _shade = 30 * (random.NextDouble() - 0.5),
                _grain = random.NextDouble() < 0.3 ? 3 : 12 + (50 * random.NextDouble()),
                _grainAt = random.Next(TileSize * TileSize),
                _colour = [.. Enumerable.Range(0, 3).Select(_ => brightness + (35 * (random.NextDouble() - 0.5)))],
            };
        }

        public void Paint(byte[] points, int width, int top, int bottom, float[] tile)
        {
            var first = Math.Max(top, (int)(_y - (Radius * 1.5)));
            var last = Math.Min(bottom, (int)(_y + (Radius * 1.5)) + 1);
            var left = Math.Max(0, (int)(_x - (Radius * 1.5)));
            var right = Math.Min(width, (int)(_x + (Radius * 1.5)) + 1);
            for (var y = first; y < last; y++)
            {
                for (var x = left; x < right; x++)
                {
                    var along = (((x - _x) * _cos) + ((y - _y) * _sin)) / Radius;
                    var over = (((y - _y) * _cos) - ((x - _x) * _sin)) / (Radius * _flatness);
                    if (_isBox ? Math.Abs(along) < 1 && Math.Abs(over) < 1 : (along * along) + (over * over) < 1)
                    {
                        var grain = (((y & TileMask) << TileBits) + (x & TileMask) + _grainAt) & ((TileSize * TileSize) - 1);
                        var light = (_shade * along) + (_grain * tile[grain]);
                        var at = (((long)y * width) + x) * 3;
                        points[at] = (byte)Math.Clamp(_colour[0] + light, 0, 255);
                        points[at + 1] = (byte)Math.Clamp(_colour[1] + light, 0, 255);
                        points[at + 2] = (byte)Math.Clamp(_colour[2] + light, 0, 255);
                    }
                }
            }
        }
    }
}

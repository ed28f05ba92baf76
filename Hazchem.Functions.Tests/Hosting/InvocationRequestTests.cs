using System.Text;
using Hazchem.Functions.Hosting.CustomHandler;

namespace Hazchem.Functions.Tests.Hosting;

public sealed class InvocationRequestTests
{
    private const string Metadata = """{"Uri":"\"http://h/c/a\""}""";

    [Theory]
    [InlineData("""{"Data":{"document":{"a":[1,{"b":"}]"}]}},"Metadata":META}""")]
    [InlineData("""{"Data":"\"quoted\\\" and \\ escaped }{][\"","Metadata":META}""")]
    [InlineData("""{"Metadata":META,"Data":null}""")]
    [InlineData("""{"Metadata":META,"Data":12.5e3}""")]
    [InlineData("""{ "Data" : [ "," , {} ] , "Metadata" : META }""")]
    [InlineData("""{"Metadata":META}""")]
    [InlineData("""{"Other":{"Data":{"Metadata":1}},"Data":true,"Metadata":META}""")]
    public async Task Read_anyData_isSkipped(string body)
    {
        foreach (var chunk in new[] { 1, 3, 1024 })
        {
            var request = await ReadAsync(body.Replace("META", Metadata, StringComparison.Ordinal), chunk);
            request.BlobUri.Should().Be("http://h/c/a");
        }
    }

    [Fact]
    public void Append_aWholeFileInBase64_isNotHeld()
    {
        var skipper = new DataSkipper(maxBytes: 1024);
        skipper.Append("{\"Data\":{\"document\":\""u8);
        var chunk = new byte[64 * 1024];
        Array.Fill(chunk, (byte)'A');
        for (var i = 0; i < 1600; i++)
        {
            skipper.Append(chunk);
        }

        skipper.Append("\"},\"Metadata\":{}}"u8);
        Encoding.UTF8.GetString(skipper.Copy.Span).Should().Be("{\"Data\":null,\"Metadata\":{}}");
    }

    [Theory]
    [InlineData("", "no JSON")]
    [InlineData("{", "no JSON")]
    [InlineData("{\"Data\":", "no JSON")]
    [InlineData("{\"Data\":{\"document\":\"AAAA", "no JSON")]
    [InlineData("not json", "no JSON")]
    [InlineData("{} {}", "no JSON")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("null", "must be a JSON object")]
    [InlineData("{\"Metadata\":[]}", "Metadata must be")]
    [InlineData("{\"Metadata\":{\"Uri\":5}}", "Metadata.Uri must be")]
    [InlineData("{\"Metadata\":{\"Uri\":\"http://h/c/a\"}}", "Metadata.Uri must be")]
    [InlineData("{\"Metadata\":{\"Uri\":\"{}\"}}", "Metadata.Uri must be")]
    public async Task Read_malformed_saysWhy(string body, string expected)
    {
        var act = () => ReadAsync(body, 7);
        (await act.Should().ThrowAsync<InvocationException>()).Which.Message.Should().Contain(expected);
    }

    [Fact]
    public async Task Read_moreThanAMebibyteBesideData_isRefused()
    {
        var act = () => ReadAsync("{\"Metadata\":{\"name\":\"" + new string('x', 1024 * 1024) + "\"}}", 4096);
        (await act.Should().ThrowAsync<InvocationException>()).Which.Message.Should().Contain("1048576 bytes");
    }

    private static Task<InvocationRequest> ReadAsync(string body, int chunk) =>
        InvocationRequest.ReadAsync(new ChunkedStream(Encoding.UTF8.GetBytes(body), chunk), TestContext.Current.CancellationToken);

    /// <summary>Gives at most so many bytes a read, as a network does.</summary>
    private sealed class ChunkedStream(byte[] content, int chunk) : MemoryStream(content, writable: false)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(chunk, buffer.Length)], cancellationToken);
    }
}

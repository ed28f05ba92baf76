using System.Globalization;
using Hazchem.PdfiumCompiler;

if (args.Length != 2)
{
    Console.Error.WriteLine("Usage: Hazchem.PdfiumCompiler pdfium.wasm pdfium.cwasm");
    return 2;
}

var bytes = ModuleCompiler.Compile(args[0], args[1]);
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Compiled {args[0]}: {bytes:N0} bytes."));
return 0;

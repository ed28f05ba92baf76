namespace Hazchem.Functions.Hosting;

/// <summary>A setting has a value that the app cannot start with.</summary>
/// <param name="settingName">As the environment variable is written, such as <c>Hazchem__BaseUrl</c>.</param>
/// <param name="message">What is wrong and what is right; never the value of a secret.</param>
internal sealed class SettingsException(string settingName, string message)
    : Exception($"{settingName}: {message}")
{
    public string SettingName { get; } = settingName;
}

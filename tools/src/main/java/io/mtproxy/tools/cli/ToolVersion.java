package io.mtproxy.tools.cli;

import picocli.CommandLine.IVersionProvider;

/** Reads the version that the build wrote into the jar. */
final class ToolVersion implements IVersionProvider {

    @Override
    public String[] getVersion() {
        String version = ToolVersion.class.getPackage().getImplementationVersion();
        return new String[] {"mtproxyctl " + (version == null ? "(not from a jar)" : version)};
    }
}

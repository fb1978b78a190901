@echo off
rem Runs graft: from a distribution (this file is in bin\, the jars are in lib\), or from a checkout, where it builds first when nothing is
rem built. Arguments go to the program: graft --help
setlocal
set "here=%~dp0"
if exist "%here%..\lib\classpath.txt" (
  set "classes=%here%..\lib\*"
  goto run
)
set "classpath_file=%here%cli\target\classpath.txt"
if exist "%classpath_file%" goto checkout
echo graft: building (the first time Maven also downloads about 150 MB, mostly LibTorch and OpenCV) ... 1>&2
pushd "%here%"
call mvn -q -B -Dstyle.color=never -pl cli -am package -DskipTests -Dmaven.javadoc.skip -Dmaven.source.skip -Dspotless.check.skip
if errorlevel 1 (
  popd
  echo graft: the build failed, see above 1>&2
  exit /b 1
)
popd
:checkout
rem Not set /p: that cuts a line at 1,023 characters.
for /f "usebackq delims=" %%i in ("%classpath_file%") do set "libraries=%%i"
set "classes=%here%cli\target\classes;%libraries%"
:run
rem An argument file: the class path is longer than a Windows command line may be.
set "argument_file=%TEMP%\graft-%RANDOM%.args"
>"%argument_file%" echo -cp "%classes:\=\\%"
java -Djava.awt.headless=true "-Dgraft.command=%~0" @"%argument_file%" dev.graft.cli.Graft %*
set "status=%errorlevel%"
del "%argument_file%"
exit /b %status%
